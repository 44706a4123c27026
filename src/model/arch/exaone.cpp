// EXAONE 3.0 and 3.5.   Source: EXAONE 3.0 technical report (An et al. 2024), section 2.1; llama.cpp, arch exaone.
// Llama with its own tensor and setting names; heads are rotated by halves.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"token_embd.weight", "transformer.wte.weight", "[vocab, hidden]"},
    {"output_norm.weight", "transformer.ln_f.weight", "[hidden]"},
    {"blk.{i}.attn_norm.weight", "transformer.h.{i}.ln_1.weight", "[hidden]"},
    {"blk.{i}.attn_q.weight", "transformer.h.{i}.attn.attention.q_proj.weight", "[heads*head_dim, hidden]"},
    {"blk.{i}.attn_k.weight", "transformer.h.{i}.attn.attention.k_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_v.weight", "transformer.h.{i}.attn.attention.v_proj.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_output.weight", "transformer.h.{i}.attn.attention.out_proj.weight", "[hidden, heads*head_dim]"},
    {"blk.{i}.ffn_norm.weight", "transformer.h.{i}.ln_2.weight", "[hidden]"},
    {"blk.{i}.ffn_gate.weight", "transformer.h.{i}.mlp.c_fc_0.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_up.weight", "transformer.h.{i}.mlp.c_fc_1.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_down.weight", "transformer.h.{i}.mlp.c_proj.weight", "[hidden, ffn]"},
};

}  // namespace

Architecture exaone() {
  using namespace tensors;
  return {
      .gguf_names = {"exaone"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({kTensors, kHead, kRopeFactors, kFusedQkv}),
      .huggingface = {{.names = {"ExaoneForCausalLM"},
                       .defaults = {{"max_position_embeddings", 2048}},
                       .ignored_tensors = {".attn.attention.rotary.inv_freq"}}},
  };
}

}  // namespace ondol::arch
