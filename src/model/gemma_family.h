// What the Gemma families share beyond shared_tensors.h: norm weights that Hugging Face files hold less one, and the
// attention scale of the 27B models.
#pragma once

#include <cmath>

#include "model/model.h"
#include "model/tensor_name.h"

namespace ondol {

// The 27B models scale scores by hidden / heads instead of head_dim, and their files do not say so: llama.cpp knows
// them by their number of layers.
template <int kLayers27B>
void settle_gemma(Hyperparameters& hp) {
  if (hp.n_layers != kLayers27B || hp.attention_scale != 0) return;
  hp.attention_scale = 1 / std::sqrt(static_cast<float>(hp.hidden_size) / static_cast<float>(hp.n_heads));
}

namespace tensors {

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

}  // namespace tensors
}  // namespace ondol
