// EXAONE 4.0, 1.2B and 32B.   Source: EXAONE 4.0 technical report (LG AI Research 2025), section 2.1; HF
// Exaone4ForCausalLM.  Unlike Llama: norms stand on the sublayers' outputs, not on their inputs; RMS norm on each head
// of q and k.  The 32B model sees windows in three layers of four, and only those are rotated.
#include "model/architecture.h"
#include "model/model.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr int kPeriod = 4;

// llama.cpp gives every 64-layer model windows of 4096.
void settle(Hyperparameters& hp) {
  constexpr int kLayers32B = 64;
  for (const LayerSizes& layer : hp.layers) {
    if (layer.window > 0) return;
  }
  if (hp.n_layers == kLayers32B) set_windows(hp, kPeriod, 4096);
}

}  // namespace

Architecture exaone4() {
  using namespace tensors;
  return {
      .gguf_names = {"exaone4"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join(
          {kEmbedding, kOutputNorm, kHead, kRopeFactors, kPostNorms, kAttention, kHeadNorms, kFusedQkv, kGatedFfn}),
      .windows = {.period = kPeriod, .only_they_rotate = true},
      .settle = settle,
      .huggingface =
          {{.names = {"Exaone4ForCausalLM"},
            .defaults = {{"max_position_embeddings", 2048}, {"num_key_value_heads", 32}, {"sliding_window", 4096}},
            .has_windows = true}},
  };
}

}  // namespace ondol::arch
