// gpt-oss 20B and 120B.   Source: gpt-oss model card (2025), section 2; openai/gpt-oss, gpt_oss/torch/model.py; HF
// GptOssForCausalLM.
// Every layer has experts with biases, a clamped gate and MXFP4 matrices; each head has a sink, a score without a
// value; every other layer sees 128 positions; yarn rotation whose turning points are not rounded.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

// Published files hold the rows of gate and up in turn, matrices transposed unless they are MXFP4.
constexpr TensorName kOwn[] = {
    {"blk.{i}.attn_norm.weight", "model.layers.{i}.input_layernorm.weight", "[hidden]"},
    {"blk.{i}.post_attention_norm.weight", "model.layers.{i}.post_attention_layernorm.weight", "[hidden]"},
    {"blk.{i}.attn_sinks.weight", "model.layers.{i}.self_attn.sinks", "[heads]"},
    {"blk.{i}.ffn_gate_inp.weight", "model.layers.{i}.mlp.router.weight", "[experts, hidden]"},
    {"blk.{i}.ffn_gate_inp.bias", "model.layers.{i}.mlp.router.bias", "[experts]"},
    {.gguf = "blk.{i}.ffn_gate_exps.weight",
     .huggingface = "model.layers.{i}.mlp.experts.gate_up_proj",
     .shape = "[experts, expert_ffn, hidden]",
     .transposed = true,
     .every = 2,
     .from = 0},
    {.gguf = "blk.{i}.ffn_up_exps.weight",
     .huggingface = "model.layers.{i}.mlp.experts.gate_up_proj",
     .shape = "[experts, expert_ffn, hidden]",
     .transposed = true,
     .every = 2,
     .from = 1},
    {.gguf = "blk.{i}.ffn_down_exps.weight",
     .huggingface = "model.layers.{i}.mlp.experts.down_proj",
     .shape = "[experts, hidden, expert_ffn]",
     .transposed = true},
    {.gguf = "blk.{i}.ffn_gate_exps.bias",
     .huggingface = "model.layers.{i}.mlp.experts.gate_up_proj_bias",
     .shape = "[experts, expert_ffn]",
     .plain = true,
     .every = 2,
     .from = 0},
    {.gguf = "blk.{i}.ffn_up_exps.bias",
     .huggingface = "model.layers.{i}.mlp.experts.gate_up_proj_bias",
     .shape = "[experts, expert_ffn]",
     .plain = true,
     .every = 2,
     .from = 1},
    {.gguf = "blk.{i}.ffn_down_exps.bias",
     .huggingface = "model.layers.{i}.mlp.experts.down_proj_bias",
     .shape = "[experts, hidden]",
     .plain = true},
};

}  // namespace

Architecture gpt_oss() {
  using namespace tensors;
  return {
      .gguf_names = {"gpt-oss"},
      .layer = {Attention{.rope = Rope::kNeox, .post_norm = ""}, Experts{.clamp = 7, .norm = "post_attention_norm"}},
      .tensors =
          join({kEmbedding, kOutputNorm, kHead, kAttention, kAttentionBiases, kAttentionOutputBias, kFusedQkv, kOwn}),
      .windows = {.period = 2},
      .huggingface = {{.names = {"GptOssForCausalLM"},
                       .defaults = {{"max_position_embeddings", 131072},
                                    {"rms_norm_eps", 1e-5},
                                    {"head_dim", 64},
                                    {"num_key_value_heads", 8},
                                    {"num_local_experts", 128},
                                    {"num_experts_per_tok", 4},
                                    {"sliding_window", 128},
                                    {"attention_bias", 1},
                                    {"rope_theta", 150000}},
                       .expected = {{"swiglu_limit", "7.0"}, {"swiglu_alpha", "1.702"}},
                       .quantizations = {"mxfp4"},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
