// The whole forward pass, as the papers draw it: embed, layers, norm, and a decoder's head.
#include "model/forward.h"

#include <algorithm>
#include <cmath>

#include "model/attention.h"
#include "model/block_skip.h"
#include "model/experts.h"
#include "model/ffn.h"
#include "model/head.h"

namespace ondol {
namespace {

// Cosines, then sines, of one position's rotations.
void write_rotation(const std::vector<float>& frequencies, float magnitude, int32_t position, float* out) {
  const size_t n_pairs = frequencies.size();
  for (size_t pair = 0; pair < n_pairs; ++pair) {
    // The angle is rounded to f32 as in Hugging Face's LlamaRotaryEmbedding.
    const float angle = static_cast<float>(position) * frequencies[pair];
    out[pair] = static_cast<float>(std::cos(static_cast<double>(angle))) * magnitude;
    out[pair + n_pairs] = static_cast<float>(std::sin(static_cast<double>(angle))) * magnitude;
  }
}

void set_adapter_scales(Step& step) {
  if (step.work.adapter_scales == nullptr) return;
  const float** scales = step.work.adapter_scales;
  for (const Batch::Run& run : step.batch.runs) {
    const auto& of_run = run.adapter_scales;
    scales = std::fill_n(scales, run.n_tokens, of_run.empty() ? step.model.adapters.scales.data() : of_run.data());
  }
}

// Positions of the step's tokens, and cosines and sines of their rotations.
void set_positions(Step& step) {
  int64_t t = 0;
  for (const Batch::Run& run : step.batch.runs) {
    for (int64_t i = 0; i < run.n_tokens; ++i, ++t) {
      step.work.positions[t] = run.first_position + static_cast<int32_t>(i);
      if (!step.model.hp.is_causal) step.work.last_seen[t] = static_cast<int32_t>(run.n_tokens) - 1;
    }
  }
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    for (size_t table = 0; table < step.model.ropes.size(); ++table) {
      const RopeTable& rope = step.model.ropes[table];
      const bool is_long = step.work.is_long_context && !rope.long_frequencies.empty();
      for (int64_t token = first; token < last; ++token) {
        write_rotation(is_long ? rope.long_frequencies : rope.frequencies, rope.magnitude, step.work.positions[token],
                       step.work.rope[table] + token * step.model.hp.rope_dims);
      }
    }
  });
}

void embed(Step& step) {
  const Model& model = step.model;
  const int64_t n = model.hp.hidden_size;
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t t = first; t < last; ++t) {
      float* hidden = step.work.hidden + t * n;
      decode_row(model.embedding, static_cast<int64_t>(step.batch.tokens[static_cast<size_t>(t)]), hidden);
      if (model.hp.embedding_scale != 1) step.kernel.scale(hidden, model.hp.embedding_scale, n);
      if (model.positions.data != nullptr) {
        float* position = step.work.result + t * n;
        decode_row(model.positions, step.work.positions[t], position);
        step.kernel.add(hidden, position, 1, n);
      }
      if (model.token_type != nullptr) step.kernel.add(hidden, model.token_type, 1, n);
      if (model.embedding_norm) normalize_row(step, model.embedding_norm, hidden, hidden, n);
    }
  });
}

void run_layer(Step& step, const LayerWeights& weights, int layer) {
  Workspace& work = step.work;
  const float* source = work.hidden;
  if (weights.parallel) {
    const int64_t n = step.model.hp.hidden_size;
    for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
      std::copy(work.hidden + first * n, work.hidden + last * n, work.layer_input + first * n);
    });
    source = work.layer_input;
  }
  for (const SublayerWeights& sublayer : weights.sublayers) {
    if (const auto* skip = std::get_if<BlockSkipWeights>(&sublayer.weights)) {
      skip_blocks(step, *skip);
      continue;
    }
    normalize(step, source, sublayer.norm);
    if (const auto* attention = std::get_if<AttentionWeights>(&sublayer.weights)) {
      run_attention(step, *attention, layer);
    } else if (const auto* ffn = std::get_if<FfnWeights>(&sublayer.weights)) {
      run_ffn(step, *ffn);
    } else if (const auto* experts = std::get_if<ExpertsWeights>(&sublayer.weights)) {
      run_experts(step, *experts);
    }
    add_result(step, sublayer.post_norm);
    normalize_in_place(step, sublayer.sum_norm, work.hidden, step.model.hp.hidden_size);
  }
}

// Embeds the tokens and runs all layers.
void run_layers(Step& step) {
  const Model& model = step.model;
  set_adapter_scales(step);
  set_positions(step);
  embed(step);
  for (int layer = 0; layer < model.hp.n_layers; ++layer) {
    // What an encoder's layer stores, no later step reads: the next layer takes its place.
    run_layer(step, model.layers[static_cast<size_t>(layer)], model.hp.is_causal ? layer : 0);
  }
}

Step begin_step(const Model& model, const Batch& batch, Workspace& work, ThreadPool& pool) {
  return {model, batch, work, pool, *work.kernel, static_cast<int64_t>(batch.tokens.size())};
}

}  // namespace

void forward(const Model& model, const Batch& batch, Workspace& work, ThreadPool& pool, float* logits) {
  Step step = begin_step(model, batch, work, pool);
  run_layers(step);
  write_logits(step, logits);
}

const float* forward_hidden(const Model& model, const Batch& batch, Workspace& work, ThreadPool& pool) {
  Step step = begin_step(model, batch, work, pool);
  run_layers(step);
  normalize(step, work.hidden, model.output_norm);
  return work.input;
}

}  // namespace ondol
