// Gemma 2, 2B to 27B.   Source: Gemma 2 report (2024), section 2; HF Gemma2ForCausalLM; llama.cpp,
// src/models/gemma2.cpp. Unlike Gemma 1: norms on both sides of each sublayer, windows of 4096 in every other layer,
// soft caps on attention scores and logits.
#include "model/architecture.h"
#include "model/gemma_family.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
Architecture gemma2() {
  using namespace tensors;
  return {
      .gguf_names = {"gemma2"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{.activation = Activation::kGeluTanh}},
      .tensors = join({kEmbedding, kGemmaOutputNorm, kHead, kGemmaSandwichNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kFusedQkv, kGatedFfn}),
      .windows = {.period = 2, .length = 4096},
      .attention_soft_cap = 50,
      .final_soft_cap = 30,
      .scales_embedding_by_sqrt_hidden = true,
      .settle = settle_gemma<46>,
      .huggingface = {{.names = {"Gemma2ForCausalLM"},
                       .activations = {"gelu_pytorch_tanh"},
                       .defaults = {{"max_position_embeddings", 8192},
                                    {"rms_norm_eps", 1e-6},
                                    {"head_dim", 256},
                                    {"num_key_value_heads", 4},
                                    {"tie_word_embeddings", 1},
                                    {"sliding_window", 4096},
                                    {"query_pre_attn_scalar", 256},
                                    {"attn_logit_softcapping", 50},
                                    {"final_logit_softcapping", 30}},
                       .numbers = {{"query_pre_attn_scalar", "attention.scale", 1e-6, 1e6, -0.5},
                                   {.config = "attn_logit_softcapping",
                                    .gguf = "attn_logit_softcapping",
                                    .low = 0,
                                    .null_is_zero = true},
                                   {.config = "final_logit_softcapping",
                                    .gguf = "final_logit_softcapping",
                                    .low = 0,
                                    .null_is_zero = true}},
                       .expected = {{"use_bidirectional_attention", "false"}},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
