// StarCoder 2, 3B to 15B.   Source: Lozhkov et al. 2024, section 6; HF Starcoder2ForCausalLM; llama.cpp,
// src/models/starcoder2.cpp.   Unlike Llama: LayerNorm, biases everywhere, no gate.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"output_norm.weight", "model.norm.weight", "[hidden]"},
    {"output_norm.bias", "model.norm.bias", "[hidden]"},
    {"blk.{i}.attn_norm.weight", "model.layers.{i}.input_layernorm.weight", "[hidden]"},
    {"blk.{i}.attn_norm.bias", "model.layers.{i}.input_layernorm.bias", "[hidden]"},
    {"blk.{i}.ffn_norm.weight", "model.layers.{i}.post_attention_layernorm.weight", "[hidden]"},
    {"blk.{i}.ffn_norm.bias", "model.layers.{i}.post_attention_layernorm.bias", "[hidden]"},
    {"blk.{i}.ffn_up.weight", "model.layers.{i}.mlp.c_fc.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_down.weight", "model.layers.{i}.mlp.c_proj.weight", "[hidden, ffn]"},
    {.gguf = "blk.{i}.attn_q.bias",
     .huggingface = "model.layers.{i}.self_attn.q_proj.bias",
     .shape = "[heads*head_dim]",
     .optional = true,
     .when = "use_bias"},
    {.gguf = "blk.{i}.attn_k.bias",
     .huggingface = "model.layers.{i}.self_attn.k_proj.bias",
     .shape = "[kv_heads*head_dim]",
     .optional = true,
     .when = "use_bias"},
    {.gguf = "blk.{i}.attn_v.bias",
     .huggingface = "model.layers.{i}.self_attn.v_proj.bias",
     .shape = "[kv_heads*head_dim]",
     .optional = true,
     .when = "use_bias"},
    {.gguf = "blk.{i}.attn_output.bias",
     .huggingface = "model.layers.{i}.self_attn.o_proj.bias",
     .shape = "[hidden]",
     .optional = true,
     .when = "use_bias"},
    {.gguf = "blk.{i}.ffn_up.bias",
     .huggingface = "model.layers.{i}.mlp.c_fc.bias",
     .shape = "[ffn]",
     .optional = true,
     .when = "use_bias"},
    {.gguf = "blk.{i}.ffn_down.bias",
     .huggingface = "model.layers.{i}.mlp.c_proj.bias",
     .shape = "[hidden]",
     .optional = true,
     .when = "use_bias"},
};

}  // namespace

Architecture starcoder2() {
  using namespace tensors;
  return {
      .gguf_names = {"starcoder2"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{.activation = Activation::kGeluTanh}},
      .tensors = join({kEmbedding, kHead, kTensors, kAttention, kFusedQkv}),
      .huggingface = {{.names = {"Starcoder2ForCausalLM"},
                       .activations = {"gelu_pytorch_tanh", "gelu_new"},
                       .defaults = {{"max_position_embeddings", 4096},
                                    {"norm_epsilon", 1e-5},
                                    {"num_key_value_heads", 2},
                                    {"use_bias", 1},
                                    {"tie_word_embeddings", 1}},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
