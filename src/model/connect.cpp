#include "model/connect.h"

#include <algorithm>

namespace ondol {
namespace {

// The tensors of one layer, or with no prefix of the whole model.
class Weights {
 public:
  Weights(const WeightArena& arena, std::string prefix) : arena_(arena), prefix_(std::move(prefix)) {}

  WeightView matrix(std::string_view name) const { return arena_.matrix(full(name) + ".weight"); }
  Linear linear(std::string_view name) const {
    return {matrix(name), arena_.vector(full(name) + ".bias"), arena_.vector(full(name) + ".scale")};
  }
  const float* vector(std::string_view name) const { return arena_.vector(full(name)); }
  int64_t size(std::string_view name) const { return arena_.n_elements(full(name)); }
  NormWeights norm(std::string_view name) const {
    return {arena_.vector(full(name) + ".weight"), arena_.vector(full(name) + ".bias")};
  }

 private:
  std::string full(std::string_view name) const { return prefix_ + std::string(name); }
  const WeightArena& arena_;
  std::string prefix_;
};

bool has_windows(const Hyperparameters& hp) {
  return std::any_of(hp.layers.begin(), hp.layers.end(), [](const LayerSizes& layer) { return layer.window > 0; });
}

std::vector<RopeTable> make_ropes(const Weights& all, const Architecture& arch, const Hyperparameters& hp) {
  if (rope_of(arch) == Rope::kNone) return {};
  const RopeScaling& scaling = hp.rope_scaling;
  const auto frequencies = [&](const float* factors) {
    return rope_frequencies(hp.rope_dims, hp.rope_theta, scaling, factors);
  };
  const float* own = all.vector("rope_freqs.weight");
  const float* short_factors = all.vector("rope_factors_short.weight");
  const float* long_factors = all.vector("rope_factors_long.weight");
  std::vector<RopeTable> ropes = {{frequencies(own ? own : short_factors), {}, scaling.magnitude}};
  if (!own && long_factors) ropes[0].long_frequencies = frequencies(long_factors);

  const bool windows_differ = hp.window_rope_theta != hp.rope_theta || !arch.windows.rope_scaled;
  if (has_windows(hp) && windows_differ) {
    const RopeScaling local = arch.windows.rope_scaled ? scaling : RopeScaling{};
    ropes.push_back({rope_frequencies(hp.rope_dims, hp.window_rope_theta, local, nullptr), {}, local.magnitude});
  }
  return ropes;
}

// Which of the model's rotations a layer takes, or -1.
int rope_table(const Model& model, Rope rope, const LayerSizes& layer) {
  if (rope == Rope::kNone || model.hp.rope_dims == 0) return -1;
  if (layer.window > 0) return static_cast<int>(model.ropes.size()) - 1;
  return model.arch->windows.only_they_rotate && has_windows(model.hp) ? -1 : 0;
}

SublayerWeights connect_sublayer(const Attention& options, const Weights& w, const Model& model,
                                 const LayerSizes& sizes) {
  return {w.norm(options.norm), w.norm(options.post_norm), w.norm(options.sum_norm),
          AttentionWeights{.options = options,
                           .q = w.linear("attn_q"),
                           .k = w.linear("attn_k"),
                           .v = w.linear("attn_v"),
                           .output = w.linear("attn_output"),
                           .q_norm = w.norm("attn_q_norm"),
                           .k_norm = w.norm("attn_k_norm"),
                           .output_norm = w.norm("attn_sub_norm"),
                           .q_norm_size = w.size("attn_q_norm.weight"),
                           .k_norm_size = w.size("attn_k_norm.weight"),
                           .sinks = w.vector("attn_sinks.weight"),
                           .n_heads = sizes.n_heads,
                           .n_kv_heads = sizes.n_kv_heads,
                           .window = sizes.window,
                           .rope_table = rope_table(model, options.rope, sizes)}};
}

SublayerWeights connect_sublayer(const Ffn& options, const Weights& w, const Model&, const LayerSizes& sizes) {
  return {w.norm(options.norm), w.norm(options.post_norm), w.norm(options.sum_norm),
          FfnWeights{.options = options,
                     .gate = w.linear("ffn_gate"),
                     .up = w.linear("ffn_up"),
                     .down = w.linear("ffn_down"),
                     .down_norm = w.norm("ffn_sub_norm"),
                     .ffn_size = sizes.ffn_size}};
}

SublayerWeights connect_sublayer(const Experts& options, const Weights& w, const Model&, const LayerSizes&) {
  const auto matrices = [&](std::string_view name) { return ExpertMatrices{w.matrix(name), w.linear(name).bias}; };
  return {w.norm(options.norm), w.norm(options.post_norm), w.norm(options.sum_norm),
          ExpertsWeights{.options = options,
                         .router = w.linear("ffn_gate_inp"),
                         .gate = matrices("ffn_gate_exps"),
                         .up = matrices("ffn_up_exps"),
                         .down = matrices("ffn_down_exps")}};
}

SublayerWeights connect_sublayer(const BlockSkip&, const Weights& w, const Model&, const LayerSizes& sizes) {
  return {.weights = BlockSkipWeights{
              {sizes.keeps[0], sizes.keeps[1]}, {sizes.mixes[0], sizes.mixes[1]}, w.vector("bskcn_tv.weight")}};
}

bool is_there(const SublayerWeights& sublayer) {
  if (const auto* ffn = std::get_if<FfnWeights>(&sublayer.weights)) return static_cast<bool>(ffn->up);
  if (const auto* experts = std::get_if<ExpertsWeights>(&sublayer.weights)) return static_cast<bool>(experts->router);
  return true;
}

// A sublayer with neither norm shares that of the one before it, and both read the layer's input.
void share_norms(LayerWeights& layer) {
  for (size_t i = 1; i < layer.sublayers.size(); ++i) {
    SublayerWeights& sublayer = layer.sublayers[i];
    if (sublayer.norm || sublayer.post_norm || !layer.sublayers[i - 1].norm) continue;
    sublayer.norm = layer.sublayers[i - 1].norm;
    layer.parallel = true;
  }
}

}  // namespace

void connect(const WeightArena& arena, Model& model) {
  const Weights all(arena, "");
  model.embedding = all.matrix("token_embd");
  model.positions = all.matrix("position_embd");
  model.token_type = all.vector("token_types.weight");
  model.embedding_norm = all.norm("token_embd_norm");
  model.output = all.linear("output");
  if (!model.output) model.output.matrix = model.embedding;
  model.output_norm = all.norm("output_norm");
  model.ropes = make_ropes(all, *model.arch, model.hp);

  for (int layer = 0; layer < model.hp.n_layers; ++layer) {
    const Weights own(arena, tensor_name("blk.{i}.", layer));
    const LayerSizes& sizes = model.hp.layers[static_cast<size_t>(layer)];
    LayerWeights weights;
    for (const Sublayer& sublayer : model.arch->layer) {
      SublayerWeights connected = std::visit(
          [&](const auto& options) {
            const bool of_model = std::is_same_v<std::decay_t<decltype(options)>, BlockSkip>;
            return connect_sublayer(options, of_model ? all : own, model, sizes);
          },
          sublayer);
      if (is_there(connected)) weights.sublayers.push_back(std::move(connected));
    }
    share_norms(weights);
    model.layers.push_back(std::move(weights));
  }
}

}  // namespace ondol
