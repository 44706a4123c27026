// Qwen3 dense, 0.6B to 32B.   Source: Qwen3 technical report, section 2; HF Qwen3ForCausalLM.
// Unlike Llama: RMS norm on each head of q and k before the rotation; head_dim is given, not hidden / heads.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {

Architecture qwen3() {
  using namespace tensors;
  return {
      .gguf_names = {"qwen3"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kRopeFactors, kPreNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kHeadNorms, kFusedQkv, kGatedFfn}),
      .huggingface = {{.names = {"Qwen3ForCausalLM"},
                       .defaults = {{"max_position_embeddings", 32768},
                                    {"rms_norm_eps", 1e-6},
                                    {"head_dim", 128},
                                    {"num_key_value_heads", 32},
                                    {"use_sliding_window", 0},
                                    {"sliding_window", 4096},
                                    {"max_window_layers", 28}},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
