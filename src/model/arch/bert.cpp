// BERT, RoBERTa and XLM-RoBERTa: the encoders behind all-MiniLM, bge, multilingual-e5 and their kin.   Source: Devlin
// et al. 2018, section 3; HF BertModel, XLMRobertaModel; llama.cpp, src/models/bert.cpp. Every token sees the whole
// text.  LayerNorm stands behind each sum (post-norm) and behind the embedding, to which learned positions and the
// first token type are added.  The pooler and the heads of pre-training are left out.
#include "model/architecture.h"
#include "model/encoder_family.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kTensors[] = {
    {"position_embd.weight", "bert.embeddings.position_embeddings.weight", "[context, hidden]"},
    {"token_embd_norm.weight", "bert.embeddings.LayerNorm.weight", "[hidden]"},
    {"token_embd_norm.bias", "bert.embeddings.LayerNorm.bias", "[hidden]"},
    {"blk.{i}.attn_q.weight", "bert.encoder.layer.{i}.attention.self.query.weight", "[heads*head_dim, hidden]"},
    {"blk.{i}.attn_q.bias", "bert.encoder.layer.{i}.attention.self.query.bias", "[heads*head_dim]"},
    {"blk.{i}.attn_k.weight", "bert.encoder.layer.{i}.attention.self.key.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_k.bias", "bert.encoder.layer.{i}.attention.self.key.bias", "[kv_heads*head_dim]"},
    {"blk.{i}.attn_v.weight", "bert.encoder.layer.{i}.attention.self.value.weight", "[kv_heads*head_dim, hidden]"},
    {"blk.{i}.attn_v.bias", "bert.encoder.layer.{i}.attention.self.value.bias", "[kv_heads*head_dim]"},
    {"blk.{i}.attn_output.weight", "bert.encoder.layer.{i}.attention.output.dense.weight", "[hidden, heads*head_dim]"},
    {"blk.{i}.attn_output.bias", "bert.encoder.layer.{i}.attention.output.dense.bias", "[hidden]"},
    {"blk.{i}.attn_output_norm.weight", "bert.encoder.layer.{i}.attention.output.LayerNorm.weight", "[hidden]"},
    {"blk.{i}.attn_output_norm.bias", "bert.encoder.layer.{i}.attention.output.LayerNorm.bias", "[hidden]"},
    {"blk.{i}.ffn_up.weight", "bert.encoder.layer.{i}.intermediate.dense.weight", "[ffn, hidden]"},
    {"blk.{i}.ffn_up.bias", "bert.encoder.layer.{i}.intermediate.dense.bias", "[ffn]"},
    {"blk.{i}.ffn_down.weight", "bert.encoder.layer.{i}.output.dense.weight", "[hidden, ffn]"},
    {"blk.{i}.ffn_down.bias", "bert.encoder.layer.{i}.output.dense.bias", "[hidden]"},
    {"blk.{i}.layer_output_norm.weight", "bert.encoder.layer.{i}.output.LayerNorm.weight", "[hidden]"},
    {"blk.{i}.layer_output_norm.bias", "bert.encoder.layer.{i}.output.LayerNorm.bias", "[hidden]"},
};

// RoBERTa's positions begin behind the padding token's id; GGUF leaves out the rows before.
void read_roberta(JsonObject& config, HuggingFaceConfig& out) {
  encoder::read_config(config, out);
  constexpr int64_t kMaxPositions = 1 << 20;
  const int64_t n_rows = config.get_int("max_position_embeddings", 512, 2, kMaxPositions);
  out.first_position = config.get_int("pad_token_id", 1, 0, n_rows - 2) + 1;
  out.metadata.set_u32(out.key("context_length"), static_cast<uint32_t>(n_rows - out.first_position));
}

HuggingFaceForm form(std::vector<std::string_view> names, void (*read_more)(JsonObject&, HuggingFaceConfig&)) {
  return {.names = std::move(names),
          .activations = {"gelu"},
          .defaults = {{"layer_norm_eps", 1e-12}, {"max_position_embeddings", 512}},
          .expected = {{"position_embedding_type", "\"absolute\""},
                       {"is_decoder", "false"},
                       {"add_cross_attention", "false"}},
          .ignored_tensors = {"pooler.", "embeddings.position_ids"},
          .read_more = read_more};
}

}  // namespace

Architecture bert() {
  return {
      .gguf_names = {"bert"},
      .norm = Norm::kLayer,
      .layer = {Attention{.rope = Rope::kNone}, Ffn{.activation = Activation::kGelu}},
      .tensors = join({encoder::kEmbedding, kTensors, tensors::kFusedQkv}),
      .is_causal = false,
      .huggingface = {form({"BertModel"}, encoder::read_config),
                      form({"XLMRobertaModel", "RobertaModel"}, read_roberta)},
  };
}

}  // namespace ondol::arch
