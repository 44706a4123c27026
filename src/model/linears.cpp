#include "model/linears.h"

namespace ondol {

std::vector<NamedLinear> linears(Model& model) {
  std::vector<NamedLinear> found;
  for (size_t layer = 0; layer < model.layers.size(); ++layer) {
    const auto number = static_cast<int>(layer);
    const std::string prefix = tensor_name("blk.{i}.", number);
    const auto add = [&](const char* name, Linear& linear) {
      if (linear) found.push_back({prefix + name + ".weight", number, &linear});
    };
    for (SublayerWeights& sublayer : model.layers[layer].sublayers) {
      if (auto* attention = std::get_if<AttentionWeights>(&sublayer.weights)) {
        add("attn_q", attention->q);
        add("attn_k", attention->k);
        add("attn_v", attention->v);
        add("attn_output", attention->output);
      } else if (auto* ffn = std::get_if<FfnWeights>(&sublayer.weights)) {
        add("ffn_gate", ffn->gate);
        add("ffn_up", ffn->up);
        add("ffn_down", ffn->down);
      } else if (auto* experts = std::get_if<ExpertsWeights>(&sublayer.weights)) {
        add("ffn_gate_inp", experts->router);
      }
    }
  }
  if (model.output) found.push_back({"output.weight", -1, &model.output});
  return found;
}

}  // namespace ondol
