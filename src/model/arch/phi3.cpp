// Phi-3, Phi-3.5 and Phi-4, mini to 14B.   Source: Phi-3 technical report (Abdin et al. 2024), section 2; HF
// Phi3ForCausalLM; llama.cpp, src/models/phi3.cpp.   Unlike Llama: q, k and v are one tensor, and so are gate and up; a
// part of each head may stay unrotated; long contexts have their own rotation factors.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorPart kGateUp[] = {{"blk.{i}.ffn_gate.weight", "ffn"}, {"blk.{i}.ffn_up.weight", "ffn"}};
constexpr TensorName kTensors[] = {
    {.gguf = "blk.{i}.attn_qkv.weight",
     .huggingface = "model.layers.{i}.self_attn.qkv_proj.weight",
     .shape = "[heads*head_dim + 2*kv_heads*head_dim, hidden]",
     .parts = tensors::kQkvWeights},
    {"blk.{i}.attn_output.weight", "model.layers.{i}.self_attn.o_proj.weight", "[hidden, heads*head_dim]"},
    {.gguf = "blk.{i}.ffn_up.weight",
     .huggingface = "model.layers.{i}.mlp.gate_up_proj.weight",
     .shape = "[2*ffn, hidden]",
     .parts = kGateUp},
    {"blk.{i}.ffn_down.weight", "model.layers.{i}.mlp.down_proj.weight", "[hidden, ffn]"},
};
// Some converters keep q, k and v apart.
constexpr TensorName kApart[] = {
    {.gguf = "blk.{i}.attn_q.weight", .shape = "[heads*head_dim, hidden]", .optional = true},
    {.gguf = "blk.{i}.attn_k.weight", .shape = "[kv_heads*head_dim, hidden]", .optional = true},
    {.gguf = "blk.{i}.attn_v.weight", .shape = "[kv_heads*head_dim, hidden]", .optional = true},
};

}  // namespace

Architecture phi3() {
  using namespace tensors;
  return {
      .gguf_names = {"phi3"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kRopeFactors, kPreNorms, kTensors, kApart}),
      .huggingface = {{.names = {"Phi3ForCausalLM"},
                       .defaults = {{"max_position_embeddings", 4096}, {"rms_norm_eps", 1e-5}},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
