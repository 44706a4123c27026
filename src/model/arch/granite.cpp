// Granite 3 dense.   Source: Granite 3.0 report (IBM 2024), section 3; HF GraniteForCausalLM; llama.cpp,
// src/models/granite.cpp.  Llama with the scales of muP: on embeddings, attention scores, residuals; logits are
// divided.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {

Architecture granite() {
  using namespace tensors;
  return {
      .gguf_names = {"granite"},
      .layer = {Attention{.rope = Rope::kInterleaved}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kRopeFactors, kPreNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kFusedQkv, kGatedFfn, kGatedFfnBiases}),
      .divides_by_logit_scale = true,
      .huggingface = {{.names = {"GraniteForCausalLM"},
                       .defaults = {{"max_position_embeddings", 2048},
                                    {"rms_norm_eps", 1e-6},
                                    {"attention_multiplier", 1},
                                    {"embedding_multiplier", 1},
                                    {"residual_multiplier", 1},
                                    {"logits_scaling", 1}},
                       .numbers = {{"attention_multiplier", "attention.scale"},
                                   {"embedding_multiplier", "embedding_scale"},
                                   {"residual_multiplier", "residual_scale"},
                                   {"logits_scaling", "logit_scale"}}}},
  };
}

}  // namespace ondol::arch
