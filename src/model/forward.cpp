// The whole forward pass of a decoder, as the papers draw it: embed, layers, norm, head.
#include "model/forward.h"

#include <algorithm>
#include <cmath>

#include "model/attention.h"
#include "model/ffn.h"

namespace ondol {
namespace {

void embed(Step& step) {
  const int64_t n = step.model.hp.hidden_size;
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t t = first; t < last; ++t) {
      const auto id = static_cast<int64_t>(step.batch.tokens[static_cast<size_t>(t)]);
      decode_row(step.model.embedding, id, step.work.hidden + t * n);
    }
  });
}

// Positions of the step's tokens, and cosines and sines of their rotations.
void set_positions(Step& step) {
  const std::vector<float>& frequencies = step.model.rope_frequencies;
  const auto n_pairs = static_cast<int64_t>(frequencies.size());
  int64_t t = 0;
  for (const Batch::Run& run : step.batch.runs) {
    for (int64_t i = 0; i < run.n_tokens; ++i, ++t) {
      step.work.positions[t] = run.first_position + static_cast<int32_t>(i);
    }
  }
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t token = first; token < last; ++token) {
      float* cos = step.work.rope + token * 2 * n_pairs;
      for (int64_t pair = 0; pair < n_pairs; ++pair) {
        // The angle is rounded to f32 as in Hugging Face's LlamaRotaryEmbedding.
        const float angle =
            static_cast<float>(step.work.positions[token]) * frequencies[static_cast<size_t>(pair)];
        cos[pair] = static_cast<float>(std::cos(static_cast<double>(angle)));
        cos[pair + n_pairs] = static_cast<float>(std::sin(static_cast<double>(angle)));
      }
    }
  });
}

// The final norm and the head, for the wanted tokens only.
void write_logits(Step& step, float* logits) {
  const Hyperparameters& hp = step.model.hp;
  const auto n_rows = static_cast<int64_t>(step.batch.logit_tokens.size());
  if (n_rows == 0) return;
  for_each_token_block(step, n_rows, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const float* hidden = step.work.hidden + step.batch.logit_tokens[static_cast<size_t>(row)] * hp.hidden_size;
      step.kernel.rms_norm(hidden, step.model.output_norm, hp.norm_eps, step.work.input + row * hp.hidden_size,
                           hp.hidden_size);
    }
  });
  const std::initializer_list<Product> head = {{step.model.output, logits}};
  multiply(step, make_input(step, step.work.input, n_rows, head), head);
}

}  // namespace

void forward(const Model& model, const Batch& batch, Workspace& work, ThreadPool& pool, float* logits) {
  Step step{model, batch, work, pool, *work.kernel, static_cast<int64_t>(batch.tokens.size())};
  embed(step);
  set_positions(step);
  for (int layer = 0; layer < model.hp.n_layers; ++layer) {
    for (const SublayerWeights& sublayer : model.layers[static_cast<size_t>(layer)]) {
      normalize(step, sublayer.norm);
      if (const auto* attention = std::get_if<AttentionWeights>(&sublayer.weights)) {
        add_attention(step, *attention, layer);
      } else if (const auto* ffn = std::get_if<FfnWeights>(&sublayer.weights)) {
        add_ffn(step, *ffn);
      }
    }
  }
  write_logits(step, logits);
}

}  // namespace ondol
