// OLMo 2, 1B to 32B.   Source: 2 OLMo 2 Furious (OLMo team 2025), section 2.1; HF Olmo2ForCausalLM; llama.cpp,
// src/models/olmo2.cpp.   Unlike Llama: norms stand on the sublayers' outputs, not on their inputs; RMS norm over all
// heads of q together, and of k.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kRowNorms[] = {
    {"blk.{i}.attn_q_norm.weight", "model.layers.{i}.self_attn.q_norm.weight", "[heads*head_dim]"},
    {"blk.{i}.attn_k_norm.weight", "model.layers.{i}.self_attn.k_norm.weight", "[kv_heads*head_dim]"},
};

}  // namespace

Architecture olmo2() {
  using namespace tensors;
  return {
      .gguf_names = {"olmo2"},
      .layer = {Attention{.rope = Rope::kNeox, .qk_norm = QkNorm::kRow}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kPostNorms, kAttention, kAttentionBiases, kAttentionOutputBias,
                       kRowNorms, kFusedQkv, kGatedFfn}),
      .windows = {.period = 4, .rope_scaled = false},
      .huggingface = {{.names = {"Olmo2ForCausalLM"},
                       .defaults = {{"max_position_embeddings", 2048}, {"rms_norm_eps", 1e-5}}}},
  };
}

}  // namespace ondol::arch
