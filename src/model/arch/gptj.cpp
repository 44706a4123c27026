// GPT-J and KoGPT 6B.   Source: Wang and Komatsuzaki 2021 (GPT-J-6B); HF GPTJForCausalLM; KoGPT's README (Kakao Brain
// 2021). Attention and feed-forward read the same LayerNorm of the layer's input and are both added (parallel
// residual); neighbouring elements of the first rotary_dim of each head are rotated together; the head has a bias, q,
// k, v and output have none. llama.cpp has no graph for it: the GGUF names are those of phi2.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"token_embd.weight", "transformer.wte.weight", "[vocab, hidden]"},
    {"output_norm.weight", "transformer.ln_f.weight", "[hidden]"},
    {"output_norm.bias", "transformer.ln_f.bias", "[hidden]"},
    {"output.bias", "lm_head.bias", "[vocab]"},
    {"blk.{i}.attn_norm.weight", "transformer.h.{i}.ln_1.weight", "[hidden]"},
    {"blk.{i}.attn_norm.bias", "transformer.h.{i}.ln_1.bias", "[hidden]"},
    {"blk.{i}.attn_q.weight", "transformer.h.{i}.attn.q_proj.weight", "[heads*head_dim, hidden]"},
    {"blk.{i}.attn_k.weight", "transformer.h.{i}.attn.k_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_v.weight", "transformer.h.{i}.attn.v_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_output.weight", "transformer.h.{i}.attn.out_proj.weight", "[hidden, heads*head_dim]"},
    {"blk.{i}.ffn_up.weight", "transformer.h.{i}.mlp.fc_in.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_up.bias", "transformer.h.{i}.mlp.fc_in.bias", "[ffn]"},
    {"blk.{i}.ffn_down.weight", "transformer.h.{i}.mlp.fc_out.weight", "[hidden, ffn]"},
    {"blk.{i}.ffn_down.bias", "transformer.h.{i}.mlp.fc_out.bias", "[hidden]"},
};

}  // namespace

Architecture gptj() {
  return {
      .gguf_names = {"gptj"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kInterleaved}, Ffn{.activation = Activation::kGeluTanh}},
      .tensors = join({kTensors, tensors::kHead}),
      .huggingface = {{.names = {"GPTJForCausalLM"},
                       .activations = {"gelu_new", "gelu_pytorch_tanh"},
                       .defaults = {{"n_positions", 2048}, {"rotary_dim", 64}},
                       .rotates_halves = false,
                       .ignored_tensors = {".attn.bias", ".attn.masked_bias", ".attn.embed_positions"}}},
  };
}

}  // namespace ondol::arch
