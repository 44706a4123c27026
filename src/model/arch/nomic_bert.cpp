// nomic-embed-text v1 and v1.5.   Source: Nussbaum et al. 2024 (Nomic Embed), section 3; HF NomicBertModel; llama.cpp,
// src/models/bert.cpp.   Unlike BERT: rotations instead of learned positions, a gated feed-forward, q, k and v in one
// tensor, and no biases but those of the norms.
#include <algorithm>

#include "model/architecture.h"
#include "model/encoder_family.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"token_embd_norm.weight", "emb_ln.weight", "[hidden]"},
    {"token_embd_norm.bias", "emb_ln.bias", "[hidden]"},
    {.gguf = "blk.{i}.attn_qkv.weight",
     .huggingface = "encoder.layers.{i}.attn.Wqkv.weight",
     .shape = "[heads*head_dim + 2*kv_heads*head_dim, hidden]",
     .parts = tensors::kQkvWeights},
    {"blk.{i}.attn_output.weight", "encoder.layers.{i}.attn.out_proj.weight", "[hidden, heads*head_dim]"},
    {"blk.{i}.attn_output_norm.weight", "encoder.layers.{i}.norm1.weight", "[hidden]"},
    {"blk.{i}.attn_output_norm.bias", "encoder.layers.{i}.norm1.bias", "[hidden]"},
    {"blk.{i}.ffn_up.weight", "encoder.layers.{i}.mlp.fc11.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_gate.weight", "encoder.layers.{i}.mlp.fc12.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_down.weight", "encoder.layers.{i}.mlp.fc2.weight", "[hidden, ffn]"},
    {"blk.{i}.layer_output_norm.weight", "encoder.layers.{i}.norm2.weight", "[hidden]"},
    {"blk.{i}.layer_output_norm.bias", "encoder.layers.{i}.norm2.bias", "[hidden]"},
};

void read_nomic_bert(JsonObject& config, HuggingFaceConfig& out) {
  encoder::read_config(config, out);
  if (config.has("rotary_emb_base")) {
    const double theta = config.get_number("rotary_emb_base", {}, 1, 1e12);
    out.metadata.set_f32(out.key("rope.freq_base"), static_cast<float>(theta));
  }
  // Beyond what it was trained for, the published code stretches rotations by the length of each text.
  const int64_t n_trained = config.get_int("max_trained_positions", INT32_MAX, 1, INT32_MAX);
  const int64_t n_positions = out.metadata.get_int(out.key("context_length")).value_or(n_trained);
  out.metadata.set_u32(out.key("context_length"), static_cast<uint32_t>(std::min(n_positions, n_trained)));
}

}  // namespace

Architecture nomic_bert() {
  return {
      .gguf_names = {"nomic-bert"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({encoder::kEmbedding, kTensors}),
      .is_causal = false,
      .huggingface = {{.names = {"NomicBertModel"},
                       .activations = {"swiglu", "silu"},
                       .defaults = {{"layer_norm_epsilon", 1e-12}, {"layer_norm_eps", 1e-12}},
                       .expected = {{"qkv_proj_bias", "false"},
                                    {"mlp_fc1_bias", "false"},
                                    {"mlp_fc2_bias", "false"},
                                    {"prenorm", "false"},
                                    {"causal", "false"},
                                    {"use_rms_norm", "false"},
                                    {"rotary_emb_interleaved", "false"},
                                    {"rotary_emb_fraction", "1.0"}},
                       .read_more = read_nomic_bert}},
  };
}

}  // namespace ondol::arch
