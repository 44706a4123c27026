// GPT-2, 124M to 1.5B.   Source: Radford et al. 2019, section 2.3; HF GPT2LMHeadModel; llama.cpp, src/models/gpt2.cpp.
// Learned positions instead of rotations, LayerNorm and biases everywhere, q, k and v in one tensor, no gate.  The
// first published files hold no "transformer." before names, and every file holds matrices as [in, out].
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"token_embd.weight", "transformer.wte.weight", "[vocab, hidden]"},
    {"position_embd.weight", "transformer.wpe.weight", "[context, hidden]"},
    {"output_norm.weight", "transformer.ln_f.weight", "[hidden]"},
    {"output_norm.bias", "transformer.ln_f.bias", "[hidden]"},
    {"blk.{i}.attn_norm.weight", "transformer.h.{i}.ln_1.weight", "[hidden]"},
    {"blk.{i}.attn_norm.bias", "transformer.h.{i}.ln_1.bias", "[hidden]"},
    {.gguf = "blk.{i}.attn_qkv.weight",
     .huggingface = "transformer.h.{i}.attn.c_attn.weight",
     .shape = "[heads*head_dim + 2*kv_heads*head_dim, hidden]",
     .transposed = true,
     .parts = tensors::kQkvWeights},
    {.gguf = "blk.{i}.attn_qkv.bias",
     .huggingface = "transformer.h.{i}.attn.c_attn.bias",
     .shape = "[heads*head_dim + 2*kv_heads*head_dim]",
     .parts = tensors::kQkvBiases},
    {.gguf = "blk.{i}.attn_output.weight",
     .huggingface = "transformer.h.{i}.attn.c_proj.weight",
     .shape = "[hidden, heads*head_dim]",
     .transposed = true},
    {"blk.{i}.attn_output.bias", "transformer.h.{i}.attn.c_proj.bias", "[hidden]"},
    {"blk.{i}.ffn_norm.weight", "transformer.h.{i}.ln_2.weight", "[hidden]"},
    {"blk.{i}.ffn_norm.bias", "transformer.h.{i}.ln_2.bias", "[hidden]"},
    {.gguf = "blk.{i}.ffn_up.weight",
     .huggingface = "transformer.h.{i}.mlp.c_fc.weight",
     .shape = "[ffn, hidden]",
     .transposed = true},
    {"blk.{i}.ffn_up.bias", "transformer.h.{i}.mlp.c_fc.bias", "[ffn]"},
    {.gguf = "blk.{i}.ffn_down.weight",
     .huggingface = "transformer.h.{i}.mlp.c_proj.weight",
     .shape = "[hidden, ffn]",
     .transposed = true},
    {"blk.{i}.ffn_down.bias", "transformer.h.{i}.mlp.c_proj.bias", "[hidden]"},
};

}  // namespace

Architecture gpt2() {
  return {
      .gguf_names = {"gpt2"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kNone}, Ffn{.activation = Activation::kGeluTanh}},
      .tensors = join({kTensors, tensors::kHead}),
      .huggingface = {{.names = {"GPT2LMHeadModel"},
                       .activations = {"gelu_new", "gelu_pytorch_tanh"},
                       .defaults = {{"n_positions", 1024}, {"tie_word_embeddings", 1}},
                       .expected = {{"scale_attn_weights", "true"},
                                    {"scale_attn_by_inverse_layer_idx", "false"},
                                    {"add_cross_attention", "false"}},
                       .ignored_tensors = {".attn.bias", ".attn.masked_bias"}}},
  };
}

}  // namespace ondol::arch
