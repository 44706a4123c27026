// Solar Pro Preview 22B.   Source: upstage/solar-pro-preview-instruct, modeling_solar.py; GGUF names of Ollama's port.
// Llama whose depth was scaled up: before some layers the hidden state is kept, and before later ones it is mixed in.
// Its sliding_window setting is not read by the published class.
#include <algorithm>

#include "model/architecture.h"
#include "model/import/huggingface_config.h"
#include "model/import/import_messages.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kShares[] = {{.gguf = "bskcn_tv.weight", .shape = "[2]"}};

// bskcn_1 to bskcn_4, lists of layers, and bskcn_tv, of which the second number is for use.
void read_block_skips(JsonObject& config, HuggingFaceConfig& out) {
  const int64_t n_layers = *out.metadata.get_int(out.key("block_count"));
  for (int list = 0; list < 4; ++list) {
    const std::string key = "bskcn_" + std::to_string(list + 1);
    const nlohmann::json* layers = config.find(key);
    std::vector<int64_t> flags(static_cast<size_t>(std::min<int64_t>(n_layers, 4096)));
    const auto is_layer = [&](const nlohmann::json& layer) {
      return layer.is_number_unsigned() && layer.get<uint64_t>() < flags.size();
    };
    if (layers == nullptr || !layers->is_array() || !std::all_of(layers->begin(), layers->end(), is_layer)) {
      return config.keep_bad(key, format_message(msg::kAListOfLayers, n_layers));
    }
    for (const auto& layer : *layers) flags[layer.get<size_t>()] = 1;
    out.metadata.set_i32s(out.key("attention.block_skip_connection." + std::to_string(list)), std::move(flags));
  }
  const nlohmann::json* shares = config.find("bskcn_tv");
  const auto is_number = [](const nlohmann::json& share) { return share.is_number(); };
  if (shares == nullptr || !shares->is_array() || shares->size() != 2 ||
      !std::all_of(shares->begin(), shares->end(), is_number)) {
    return config.keep_bad("bskcn_tv", format_message(msg::kAListOfNumbers, 2));
  }
  const auto kept = shares->back().get<double>();
  out.tensors.push_back({"bskcn_tv.weight", {static_cast<float>(kept), static_cast<float>(1 - kept)}});
}

}  // namespace

Architecture solar() {
  using namespace tensors;
  return {
      .gguf_names = {"solar"},
      .layer = {BlockSkip{}, Attention{.rope = Rope::kInterleaved}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kRopeFactors, kShares, kPreNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kFusedQkv, kGatedFfn, kGatedFfnBiases}),
      .huggingface = {{.names = {"SolarForCausalLM"},
                       .defaults = {{"max_position_embeddings", 2048}, {"rms_norm_eps", 1e-6}},
                       .read_more = read_block_skips}},
  };
}

}  // namespace ondol::arch
