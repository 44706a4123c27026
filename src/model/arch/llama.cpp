// Llama 1 to 3.3 and everything built like it: Mistral, SOLAR 10.7B, Kanana, Mi:dm 2.0, HyperCLOVA X SEED 0.5B, ...
// Source: Touvron et al. 2023 (LLaMA), section 2.2; HF LlamaForCausalLM, MistralForCausalLM,
// MixtralForCausalLM.
// head_dim may differ from hidden / heads (attention.key_length); without output.weight the embedding is the head;
// rope_freqs.weight, where present, divides the rotation frequencies (llama3 scaling); Mixtral's feed-forwards are
// experts.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {

Architecture llama() {
  using namespace tensors;
  return {
      .gguf_names = {"llama"},
      .layer = {Attention{.rope = Rope::kInterleaved}, Ffn{}, Experts{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kRopeFactors, kPreNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kFusedQkv, kGatedFfn, kGatedFfnBiases, kMixtralExperts}),
      .huggingface = {{.names = {"LlamaForCausalLM"},
                       .defaults = {{"max_position_embeddings", 2048}, {"rms_norm_eps", 1e-6}}},
                      {.names = {"MistralForCausalLM"},
                       .defaults = {{"max_position_embeddings", 131072},
                                    {"rms_norm_eps", 1e-6},
                                    {"num_key_value_heads", 8},
                                    {"sliding_window", 4096}},
                       .has_windows = true},
                      {.names = {"MixtralForCausalLM"},
                       .defaults = {{"max_position_embeddings", 131072},
                                    {"rms_norm_eps", 1e-5},
                                    {"num_key_value_heads", 8},
                                    {"num_local_experts", 8},
                                    {"num_experts_per_tok", 2}},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
