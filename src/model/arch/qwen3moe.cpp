// Qwen3 with experts, 30B-A3B and 235B-A22B.   Source: Qwen3 technical report, section 2; HF Qwen3MoeForCausalLM.
// Qwen3 whose feed-forwards are mixtures of experts, in every layer.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {

Architecture qwen3moe() {
  using namespace tensors;
  return {
      .gguf_names = {"qwen3moe"},
      .layer = {Attention{.rope = Rope::kNeox}, Experts{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kRopeFactors, kPreNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kHeadNorms, kFusedQkv, kExperts}),
      .huggingface = {{.names = {"Qwen3MoeForCausalLM"},
                       .defaults = {{"max_position_embeddings", 32768},
                                    {"rms_norm_eps", 1e-6},
                                    {"num_key_value_heads", 4},
                                    {"use_sliding_window", 0},
                                    {"sliding_window", 4096},
                                    {"num_experts", 128},
                                    {"num_experts_per_tok", 8},
                                    {"moe_intermediate_size", 768},
                                    {"norm_topk_prob", 0}},
                       .expected = {{"mlp_only_layers", "[]"}, {"decoder_sparse_step", "1"}},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
