// Phi-1, Phi-1.5 and Phi-2.   Source: Li et al. 2023 (Phi-1.5), section 2; HF PhiForCausalLM; llama.cpp,
// src/models/phi2.cpp.   Attention and feed-forward read the same LayerNorm of the layer's input and are both added
// (parallel residual); everything has a bias, the head too; only the first part of each head is rotated.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"output_norm.weight", "model.final_layernorm.weight", "[hidden]"},
    {"output_norm.bias", "model.final_layernorm.bias", "[hidden]"},
    {"output.bias", "lm_head.bias", "[vocab]"},
    {"blk.{i}.attn_norm.weight", "model.layers.{i}.input_layernorm.weight", "[hidden]"},
    {"blk.{i}.attn_norm.bias", "model.layers.{i}.input_layernorm.bias", "[hidden]"},
    {"blk.{i}.attn_output.weight", "model.layers.{i}.self_attn.dense.weight", "[hidden, heads*head_dim]"},
    {"blk.{i}.attn_output.bias", "model.layers.{i}.self_attn.dense.bias", "[hidden]"},
    {"blk.{i}.ffn_up.weight", "model.layers.{i}.mlp.fc1.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_up.bias", "model.layers.{i}.mlp.fc1.bias", "[ffn]"},
    {"blk.{i}.ffn_down.weight", "model.layers.{i}.mlp.fc2.weight", "[hidden, ffn]"},
    {"blk.{i}.ffn_down.bias", "model.layers.{i}.mlp.fc2.bias", "[hidden]"},
    {"blk.{i}.attn_q.weight", "model.layers.{i}.self_attn.q_proj.weight", "[heads*head_dim, hidden]"},
    {"blk.{i}.attn_q.bias", "model.layers.{i}.self_attn.q_proj.bias", "[heads*head_dim]"},
    {"blk.{i}.attn_k.weight", "model.layers.{i}.self_attn.k_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_k.bias", "model.layers.{i}.self_attn.k_proj.bias", "[kv_heads*head_dim]"},
    {"blk.{i}.attn_v.weight", "model.layers.{i}.self_attn.v_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_v.bias", "model.layers.{i}.self_attn.v_proj.bias", "[kv_heads*head_dim]"},
};

}  // namespace

Architecture phi2() {
  using namespace tensors;
  return {
      .gguf_names = {"phi2"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{.activation = Activation::kGeluTanh}},
      .tensors = join({kEmbedding, kHead, kTensors, kFusedQkv}),
      .huggingface =
          {{.names = {"PhiForCausalLM"},
            .activations = {"gelu_new", "gelu_pytorch_tanh"},
            .defaults = {{"max_position_embeddings", 2048}, {"layer_norm_eps", 1e-5}, {"partial_rotary_factor", 0.5}},
            .expected = {{"qk_layernorm", "false"}}}},
  };
}

}  // namespace ondol::arch
