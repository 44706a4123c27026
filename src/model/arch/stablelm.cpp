// StableLM 2 and StableLM 3B.   Source: Bellagente et al. 2024 (Stable LM 2 1.6B), section 2; HF StableLmForCausalLM;
// llama.cpp, src/models/stablelm.cpp.   Unlike Llama: LayerNorm with biases, and only a part of each head is rotated.
// The 12B model normalises each head of q and k with weights of its own, and has no second norm: attention and
// feed-forward read the same input (parallel residual).
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"output_norm.weight", "model.norm.weight", "[hidden]"},
    {"output_norm.bias", "model.norm.bias", "[hidden]"},
    {"blk.{i}.attn_norm.weight", "model.layers.{i}.input_layernorm.weight", "[hidden]"},
    {"blk.{i}.attn_norm.bias", "model.layers.{i}.input_layernorm.bias", "[hidden]"},
    {.gguf = "blk.{i}.ffn_norm.weight",
     .huggingface = "model.layers.{i}.post_attention_layernorm.weight",
     .shape = "[hidden]",
     .optional = true,
     .when = "!use_parallel_residual"},
    {.gguf = "blk.{i}.ffn_norm.bias",
     .huggingface = "model.layers.{i}.post_attention_layernorm.bias",
     .shape = "[hidden]",
     .optional = true,
     .when = "!use_parallel_residual"},
    {.gguf = "blk.{i}.attn_q_norm.weight",
     .huggingface = "model.layers.{i}.self_attn.q_layernorm.norms.{j}.weight",
     .shape = "[heads, head_dim]",
     .optional = true,
     .when = "qk_layernorm",
     .plain = true},
    {.gguf = "blk.{i}.attn_k_norm.weight",
     .huggingface = "model.layers.{i}.self_attn.k_layernorm.norms.{j}.weight",
     .shape = "[kv_heads, head_dim]",
     .optional = true,
     .when = "qk_layernorm",
     .plain = true},
    {.gguf = "blk.{i}.attn_q.bias",
     .huggingface = "model.layers.{i}.self_attn.q_proj.bias",
     .shape = "[heads*head_dim]",
     .optional = true,
     .when = "use_qkv_bias"},
    {.gguf = "blk.{i}.attn_k.bias",
     .huggingface = "model.layers.{i}.self_attn.k_proj.bias",
     .shape = "[kv_heads*head_dim]",
     .optional = true,
     .when = "use_qkv_bias"},
    {.gguf = "blk.{i}.attn_v.bias",
     .huggingface = "model.layers.{i}.self_attn.v_proj.bias",
     .shape = "[kv_heads*head_dim]",
     .optional = true,
     .when = "use_qkv_bias"},
};

}  // namespace

Architecture stablelm() {
  using namespace tensors;
  return {
      .gguf_names = {"stablelm"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({kEmbedding, kHead, kTensors, kAttention, kFusedQkv, kGatedFfn}),
      .huggingface = {{.names = {"StableLmForCausalLM", "StableLMEpochForCausalLM"},
                       .defaults = {{"max_position_embeddings", 4096},
                                    {"layer_norm_eps", 1e-5},
                                    {"partial_rotary_factor", 0.25},
                                    {"num_key_value_heads", 32}}}},
  };
}

}  // namespace ondol::arch
