// What the Gemma families share beyond shared_tensors.h: norm weights that Hugging Face files hold less one.
#pragma once

#include "model/tensor_name.h"

namespace ondol::tensors {

inline constexpr TensorName kGemmaOutputNorm[] = {
    {.gguf = "output_norm.weight", .huggingface = "model.norm.weight", .shape = "[hidden]", .plus_one = true}};
inline constexpr TensorName kGemmaPreNorms[] = {
    {.gguf = "blk.{i}.attn_norm.weight",
     .huggingface = "model.layers.{i}.input_layernorm.weight",
     .shape = "[hidden]",
     .plus_one = true},
    {.gguf = "blk.{i}.ffn_norm.weight",
     .huggingface = "model.layers.{i}.post_attention_layernorm.weight",
     .shape = "[hidden]",
     .plus_one = true},
};
// Gemma 2 and 3: norms on both sides of each sublayer.
inline constexpr TensorName kGemmaSandwichNorms[] = {
    {.gguf = "blk.{i}.attn_norm.weight",
     .huggingface = "model.layers.{i}.input_layernorm.weight",
     .shape = "[hidden]",
     .plus_one = true},
    {.gguf = "blk.{i}.post_attention_norm.weight",
     .huggingface = "model.layers.{i}.post_attention_layernorm.weight",
     .shape = "[hidden]",
     .plus_one = true},
    {.gguf = "blk.{i}.ffn_norm.weight",
     .huggingface = "model.layers.{i}.pre_feedforward_layernorm.weight",
     .shape = "[hidden]",
     .plus_one = true},
    {.gguf = "blk.{i}.post_ffw_norm.weight",
     .huggingface = "model.layers.{i}.post_feedforward_layernorm.weight",
     .shape = "[hidden]",
     .plus_one = true},
};
inline constexpr TensorName kGemmaHeadNorms[] = {
    {.gguf = "blk.{i}.attn_q_norm.weight",
     .huggingface = "model.layers.{i}.self_attn.q_norm.weight",
     .shape = "[head_dim]",
     .plus_one = true},
    {.gguf = "blk.{i}.attn_k_norm.weight",
     .huggingface = "model.layers.{i}.self_attn.k_norm.weight",
     .shape = "[head_dim]",
     .plus_one = true},
};

}  // namespace ondol::tensors
