// Command R, R+ and Aya 23.   Source: HF CohereForCausalLM; llama.cpp, src/models/command-r.cpp.
// Attention and feed-forward read the same LayerNorm (without bias) of the layer's input and are both added (parallel
// residual); neighbouring elements are rotated together, in Hugging Face files too; logits are multiplied; R+ has a
// LayerNorm with its own weights on every head of q and k.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kNorms[] = {
    {"blk.{i}.attn_norm.weight", "model.layers.{i}.input_layernorm.weight", "[hidden]"},
    {.gguf = "blk.{i}.attn_q_norm.weight",
     .huggingface = "model.layers.{i}.self_attn.q_norm.weight",
     .shape = "[heads, head_dim]",
     .optional = true,
     .when = "use_qk_norm",
     .plain = true},
    {.gguf = "blk.{i}.attn_k_norm.weight",
     .huggingface = "model.layers.{i}.self_attn.k_norm.weight",
     .shape = "[kv_heads, head_dim]",
     .optional = true,
     .when = "use_qk_norm",
     .plain = true},
};

}  // namespace

Architecture command_r() {
  using namespace tensors;
  return {
      .gguf_names = {"command-r"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kInterleaved}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kNorms, kAttention, kAttentionBiases, kAttentionOutputBias,
                       kFusedQkv, kGatedFfn}),
      .huggingface = {{.names = {"CohereForCausalLM"},
                       .defaults = {{"max_position_embeddings", 8192},
                                    {"layer_norm_eps", 1e-5},
                                    {"rope_theta", 500000},
                                    {"logit_scale", 0.0625},
                                    {"tie_word_embeddings", 1}},
                       .numbers = {{"logit_scale", "logit_scale"}},
                       .rotates_halves = false}},
  };
}

}  // namespace ondol::arch
