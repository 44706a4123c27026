// Llama 1 to 3.3 and everything built like it: Mistral, SOLAR 10.7B, Kanana, Mi:dm 2.0, HyperCLOVA X SEED 0.5B, ...
// Source: Touvron et al. 2023 (LLaMA), section 2.2; HF LlamaForCausalLM.
// head_dim may differ from hidden / heads (attention.key_length); without output.weight the embedding is the head;
// rope_freqs.weight, where present, divides the rotation frequencies (llama3 scaling).
#include "model/architecture.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"token_embd.weight", "model.embed_tokens.weight", "[vocab, hidden]"},
    {"output_norm.weight", "model.norm.weight", "[hidden]"},
    {"output.weight", "lm_head.weight", "[vocab, hidden]", or_tied_to("token_embd.weight")},
    {.gguf = "rope_freqs.weight", .shape = "[rope_pairs]", .optional = true},
    {"blk.{i}.attn_norm.weight", "model.layers.{i}.input_layernorm.weight", "[hidden]"},
    {.gguf = "blk.{i}.attn_q.weight", .huggingface = "model.layers.{i}.self_attn.q_proj.weight",
     .shape = "[heads*head_dim, hidden]", .rope_rows = true},
    {.gguf = "blk.{i}.attn_k.weight", .huggingface = "model.layers.{i}.self_attn.k_proj.weight",
     .shape = "[kv_heads*head_dim, hidden]", .rope_rows = true},
    {"blk.{i}.attn_v.weight", "model.layers.{i}.self_attn.v_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_output.weight", "model.layers.{i}.self_attn.o_proj.weight", "[hidden, heads*head_dim]"},
    {"blk.{i}.ffn_norm.weight", "model.layers.{i}.post_attention_layernorm.weight", "[hidden]"},
    {"blk.{i}.ffn_gate.weight", "model.layers.{i}.mlp.gate_proj.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_up.weight", "model.layers.{i}.mlp.up_proj.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_down.weight", "model.layers.{i}.mlp.down_proj.weight", "[hidden, ffn]"},
};

}  // namespace

Architecture llama() {
  return {
      .gguf_name = "llama",
      .hf_name = "LlamaForCausalLM",
      .layer = {Attention{.rope = Rope::kInterleaved}, Ffn{.activation = Activation::kSwiGlu}},
      .tensors = kTensors,
  };
}

}  // namespace ondol::arch
