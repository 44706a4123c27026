// Tensors that many families have under the same names: those of Llama in Hugging Face files, and what GGUF calls them.
#pragma once

#include "model/tensor_name.h"

namespace ondol::tensors {

// ---- of the whole model

inline constexpr TensorName kEmbedding[] = {{"token_embd.weight", "model.embed_tokens.weight", "[vocab, hidden]"}};
inline constexpr TensorName kHead[] = {
    {"output.weight", "lm_head.weight", "[vocab, hidden]", or_tied_to("token_embd.weight")}};
inline constexpr TensorName kHeadBias[] = {
    {.gguf = "output.bias", .huggingface = "lm_head.bias", .shape = "[vocab]", .optional = true}};
inline constexpr TensorName kOutputNorm[] = {{"output_norm.weight", "model.norm.weight", "[hidden]"}};
inline constexpr TensorName kRopeFactors[] = {
    {.gguf = "rope_freqs.weight", .shape = "[rope_pairs]", .optional = true},
    {.gguf = "rope_factors_long.weight", .shape = "[rope_pairs]", .optional = true},
    {.gguf = "rope_factors_short.weight", .shape = "[rope_pairs]", .optional = true},
};

// ---- of a layer

inline constexpr TensorName kPreNorms[] = {
    {"blk.{i}.attn_norm.weight", "model.layers.{i}.input_layernorm.weight", "[hidden]"},
    {"blk.{i}.ffn_norm.weight", "model.layers.{i}.post_attention_layernorm.weight", "[hidden]"},
};
// On the sublayers' outputs, as OLMo 2 and EXAONE 4 name them.
inline constexpr TensorName kPostNorms[] = {
    {"blk.{i}.post_attention_norm.weight", "model.layers.{i}.post_attention_layernorm.weight", "[hidden]"},
    {"blk.{i}.post_ffw_norm.weight", "model.layers.{i}.post_feedforward_layernorm.weight", "[hidden]"},
};

// A GGUF file may hold q, k and v in one tensor, of every family.
inline constexpr TensorPart kQkvWeights[] = {{"blk.{i}.attn_q.weight", "heads*head_dim"},
                                             {"blk.{i}.attn_k.weight", "kv_heads*head_dim"},
                                             {"blk.{i}.attn_v.weight", "kv_heads*head_dim"}};
inline constexpr TensorPart kQkvBiases[] = {{"blk.{i}.attn_q.bias", "heads*head_dim"},
                                            {"blk.{i}.attn_k.bias", "kv_heads*head_dim"},
                                            {"blk.{i}.attn_v.bias", "kv_heads*head_dim"}};
inline constexpr TensorName kFusedQkv[] = {
    {.gguf = "blk.{i}.attn_qkv.weight",
     .shape = "[heads*head_dim + 2*kv_heads*head_dim, hidden]",
     .optional = true,
     .parts = kQkvWeights},
    {.gguf = "blk.{i}.attn_qkv.bias",
     .shape = "[heads*head_dim + 2*kv_heads*head_dim]",
     .optional = true,
     .parts = kQkvBiases},
};
inline constexpr TensorName kAttention[] = {
    {.gguf = "blk.{i}.attn_q.weight",
     .huggingface = "model.layers.{i}.self_attn.q_proj.weight",
     .shape = "[heads*head_dim, hidden]",
     .rope_rows = true},
    {.gguf = "blk.{i}.attn_k.weight",
     .huggingface = "model.layers.{i}.self_attn.k_proj.weight",
     .shape = "[kv_heads*head_dim, hidden]",
     .rope_rows = true},
    {"blk.{i}.attn_v.weight", "model.layers.{i}.self_attn.v_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_output.weight", "model.layers.{i}.self_attn.o_proj.weight", "[hidden, heads*head_dim]"},
};
inline constexpr TensorName kAttentionBiases[] = {
    {.gguf = "blk.{i}.attn_q.bias",
     .huggingface = "model.layers.{i}.self_attn.q_proj.bias",
     .shape = "[heads*head_dim]",
     .optional = true,
     .when = "attention_bias",
     .rope_rows = true},
    {.gguf = "blk.{i}.attn_k.bias",
     .huggingface = "model.layers.{i}.self_attn.k_proj.bias",
     .shape = "[kv_heads*head_dim]",
     .optional = true,
     .when = "attention_bias",
     .rope_rows = true},
    {.gguf = "blk.{i}.attn_v.bias",
     .huggingface = "model.layers.{i}.self_attn.v_proj.bias",
     .shape = "[kv_heads*head_dim]",
     .optional = true,
     .when = "attention_bias"},
};
inline constexpr TensorName kAttentionOutputBias[] = {
    {.gguf = "blk.{i}.attn_output.bias",
     .huggingface = "model.layers.{i}.self_attn.o_proj.bias",
     .shape = "[hidden]",
     .optional = true,
     .when = "attention_bias"},
};
inline constexpr TensorName kHeadNorms[] = {
    {"blk.{i}.attn_q_norm.weight", "model.layers.{i}.self_attn.q_norm.weight", "[head_dim]"},
    {"blk.{i}.attn_k_norm.weight", "model.layers.{i}.self_attn.k_norm.weight", "[head_dim]"},
};

inline constexpr TensorName kGatedFfn[] = {
    {"blk.{i}.ffn_gate.weight", "model.layers.{i}.mlp.gate_proj.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_up.weight", "model.layers.{i}.mlp.up_proj.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_down.weight", "model.layers.{i}.mlp.down_proj.weight", "[hidden, ffn]"},
};
inline constexpr TensorName kGatedFfnBiases[] = {
    {.gguf = "blk.{i}.ffn_gate.bias",
     .huggingface = "model.layers.{i}.mlp.gate_proj.bias",
     .shape = "[ffn]",
     .optional = true,
     .when = "mlp_bias"},
    {.gguf = "blk.{i}.ffn_up.bias",
     .huggingface = "model.layers.{i}.mlp.up_proj.bias",
     .shape = "[ffn]",
     .optional = true,
     .when = "mlp_bias"},
    {.gguf = "blk.{i}.ffn_down.bias",
     .huggingface = "model.layers.{i}.mlp.down_proj.bias",
     .shape = "[hidden]",
     .optional = true,
     .when = "mlp_bias"},
};

// The experts' matrices stand one after another, those of one tensor [experts, rows, cols].
inline constexpr TensorName kExperts[] = {
    {"blk.{i}.ffn_gate_inp.weight", "model.layers.{i}.mlp.gate.weight", "[experts, hidden]"},
    {"blk.{i}.ffn_gate_exps.weight", "model.layers.{i}.mlp.experts.{j}.gate_proj.weight",
     "[experts, expert_ffn, hidden]"},
    {"blk.{i}.ffn_up_exps.weight", "model.layers.{i}.mlp.experts.{j}.up_proj.weight", "[experts, expert_ffn, hidden]"},
    {"blk.{i}.ffn_down_exps.weight", "model.layers.{i}.mlp.experts.{j}.down_proj.weight",
     "[experts, hidden, expert_ffn]"},
};
// The same as Mixtral names them.
inline constexpr TensorName kMixtralExperts[] = {
    {"blk.{i}.ffn_gate_inp.weight", "model.layers.{i}.block_sparse_moe.gate.weight", "[experts, hidden]"},
    {"blk.{i}.ffn_gate_exps.weight", "model.layers.{i}.block_sparse_moe.experts.{j}.w1.weight",
     "[experts, expert_ffn, hidden]"},
    {"blk.{i}.ffn_up_exps.weight", "model.layers.{i}.block_sparse_moe.experts.{j}.w3.weight",
     "[experts, expert_ffn, hidden]"},
    {"blk.{i}.ffn_down_exps.weight", "model.layers.{i}.block_sparse_moe.experts.{j}.w2.weight",
     "[experts, hidden, expert_ffn]"},
};

}  // namespace ondol::tensors
