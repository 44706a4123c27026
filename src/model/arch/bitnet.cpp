// BitNet b1.58: matrices of -1, 0 and 1 with one scale each.   Source: Ma et al. 2024 (The era of 1-bit LLMs), section
// 2; llama.cpp, src/models/bitnet.cpp. Unlike Llama: a norm before the attention's output matrix and one before the
// feed-forward's last; products are multiplied by their matrix's scale.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kOwn[] = {
    {.gguf = "blk.{i}.attn_norm.weight", .shape = "[hidden]"},
    {.gguf = "blk.{i}.attn_sub_norm.weight", .shape = "[heads*head_dim]"},
    {.gguf = "blk.{i}.ffn_norm.weight", .shape = "[hidden]"},
    {.gguf = "blk.{i}.ffn_sub_norm.weight", .shape = "[ffn]"},
    {.gguf = "blk.{i}.attn_q.scale", .shape = "[1]", .optional = true},
    {.gguf = "blk.{i}.attn_k.scale", .shape = "[1]", .optional = true},
    {.gguf = "blk.{i}.attn_v.scale", .shape = "[1]", .optional = true},
    {.gguf = "blk.{i}.attn_output.scale", .shape = "[1]", .optional = true},
    {.gguf = "blk.{i}.ffn_gate.scale", .shape = "[1]", .optional = true},
    {.gguf = "blk.{i}.ffn_up.scale", .shape = "[1]", .optional = true},
    {.gguf = "blk.{i}.ffn_down.scale", .shape = "[1]", .optional = true},
};

}  // namespace

Architecture bitnet() {
  using namespace tensors;
  return {
      .gguf_names = {"bitnet"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kAttention, kGatedFfn, kOwn}),
  };
}

}  // namespace ondol::arch
