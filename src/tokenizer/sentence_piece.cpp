#include "tokenizer/sentence_piece.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/protobuf.h"
#include "tokenizer/tokenizer_messages.h"

namespace ondol {
namespace {

tl::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorKind::kCorruptFile, msg::kBadSentencePiece, what);
}

enum class ModelType { kUnigram = 1, kBpe = 2, kWord = 3, kChar = 4 };

// The fields of ModelProto that decide about ids, with the defaults of the .proto.
struct Model {
  std::vector<std::string> pieces;
  std::vector<double> scores;
  std::vector<int64_t> kinds;
  ModelType type = ModelType::kUnigram;
  bool byte_fallback = false;
  bool space_as_suffix = false;
  int32_t unk = 0, bos = 1, eos = 2, pad = -1;
  std::string charsmap;
  bool adds_prefix = true, merges_spaces = true, escapes_spaces = true;
};

bool as_flag(const ProtobufField& field) { return field.value != 0; }
int32_t as_int(const ProtobufField& field) { return static_cast<int32_t>(field.value); }

Status read_piece(std::string_view message, Model& model) {
  std::string_view piece;
  float score = 0;
  int32_t kind = 1;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) piece = field->bytes;
    if (field->number == 2) score = field->as_float();
    if (field->number == 3) kind = as_int(*field);
  }
  const std::string where = "piece " + std::to_string(model.pieces.size());
  if (reader.is_malformed()) return corrupt(where);
  if (kind < 1 || kind > 6) return corrupt(where + ": type " + std::to_string(kind));
  if (!std::isfinite(score)) return corrupt(where + ": score");
  model.pieces.push_back(repair_utf8(piece).text);
  model.scores.push_back(score);
  model.kinds.push_back(kind);
  return ok();
}

Status read_trainer(std::string_view message, Model& model) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 3) model.type = static_cast<ModelType>(as_int(*field));
    if (field->number == 24) model.space_as_suffix = as_flag(*field);
    if (field->number == 35) model.byte_fallback = as_flag(*field);
    if (field->number == 40) model.unk = as_int(*field);
    if (field->number == 41) model.bos = as_int(*field);
    if (field->number == 42) model.eos = as_int(*field);
    if (field->number == 43) model.pad = as_int(*field);
  }
  return reader.is_malformed() ? corrupt("trainer_spec") : ok();
}

Status read_normalizer(std::string_view message, Model& model) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 2) model.charsmap = field->bytes;
    if (field->number == 3) model.adds_prefix = as_flag(*field);
    if (field->number == 4) model.merges_spaces = as_flag(*field);
    if (field->number == 5) model.escapes_spaces = as_flag(*field);
  }
  return reader.is_malformed() ? corrupt("normalizer_spec") : ok();
}

Result<Model> read_model(std::string_view bytes) {
  Model model;
  ProtobufReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == 1) TRY(read_piece(field->bytes, model));
    if (field->number == 2) TRY(read_trainer(field->bytes, model));
    if (field->number == 3) TRY(read_normalizer(field->bytes, model));
  }
  if (reader.is_malformed()) return corrupt("not a message of protobuf");
  if (model.pieces.empty()) return corrupt("no pieces");
  if (model.type != ModelType::kUnigram && model.type != ModelType::kBpe) {
    const auto type = static_cast<int>(model.type);
    return fail(ErrorKind::kUnsupported, msg::kSentencePieceType,
                type == 3   ? "word"
                : type == 4 ? "char"
                            : std::to_string(type));
  }
  return model;
}

const char* json_of(bool flag) { return flag ? "true" : "false"; }

// Pieces that a user defined are looked for in the normalized text.
std::string user_defined_json(const Model& model) {
  std::string tokens;
  for (size_t id = 0; id < model.kinds.size(); ++id) {
    if (model.kinds[id] != static_cast<int64_t>(TokenKind::kUserDefined)) continue;
    tokens += fmt::format(R"({}{{"id":{},"normalized":true,"verbatim":true}})", tokens.empty() ? "" : ",", id);
  }
  return tokens;
}

std::string pipeline_of(const Model& model) {
  const std::string normalizer = fmt::format(
      R"({{"type":"SentencePiece","add_dummy_prefix":{},"remove_extra_whitespaces":{},"escape_whitespaces":{},)"
      R"("treat_whitespace_as_suffix":{}}})",
      json_of(model.adds_prefix), json_of(model.merges_spaces), json_of(model.escapes_spaces),
      json_of(model.space_as_suffix));
  std::string json = R"({"normalizer":)" + normalizer;
  if (model.type == ModelType::kUnigram) {
    json += fmt::format(R"(,"model":{{"type":"Unigram","unk_id":{},"byte_fallback":{},"single_precision":true}})",
                        model.unk, json_of(model.byte_fallback));
    json += fmt::format(R"(,"decoder":{{"type":"Sequence","decoders":[{{"type":"ByteFallback"}},{{"type":"Metaspace",)"
                        R"("replacement":"▁","prepend_scheme":"{}"}}]}})",
                        model.adds_prefix ? "always" : "never");
  }
  return json + R"(,"added_tokens":[)" + user_defined_json(model) + "]}";
}

bool needs_pipeline(const Model& model) {
  return model.type == ModelType::kUnigram || !model.charsmap.empty() || model.merges_spaces || !model.escapes_spaces ||
         model.space_as_suffix || !user_defined_json(model).empty();
}

void set_roles(const Model& model, Metadata& metadata) {
  const auto set = [&](const char* role, int32_t id) {
    if (id < 0 || id >= std::ssize(model.pieces)) return;
    metadata.set_u32("tokenizer.ggml." + std::string(role) + "_token_id", static_cast<uint32_t>(id));
  };
  set("bos", model.bos);
  set("eos", model.eos);
  set("unknown", model.unk);
  set("padding", model.pad);
}

}  // namespace

bool looks_like_sentence_piece(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x0A';  // field 1, a piece, as a message
}

Result<Metadata> read_sentence_piece(std::string_view bytes) {
  TRY(Model model, read_model(bytes));
  const bool is_bpe = model.type == ModelType::kBpe;
  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", is_bpe ? "llama" : "t5");
  metadata.set_string("tokenizer.ggml.pre", "default");
  metadata.set_bool("tokenizer.ggml.add_space_prefix", model.adds_prefix);
  metadata.set_bool("tokenizer.ggml.remove_extra_whitespaces", model.merges_spaces);
  if (!is_bpe) {
    metadata.set_bool("tokenizer.ggml.add_bos_token", false);
    metadata.set_bool("tokenizer.ggml.add_eos_token", false);
  }
  set_roles(model, metadata);
  if (needs_pipeline(model)) metadata.set_string(kPipelineKey, pipeline_of(model));
  if (!model.charsmap.empty()) {
    std::vector<int64_t> map;
    for (const char byte : model.charsmap) map.push_back(static_cast<uint8_t>(byte));
    metadata.set("tokenizer.ggml.precompiled_charsmap", {MetaType::kArray, MetaType::kU8, std::move(map)});
  }
  metadata.set_strings("tokenizer.ggml.tokens", std::move(model.pieces));
  metadata.set_f32s("tokenizer.ggml.scores", std::move(model.scores));
  metadata.set_i32s("tokenizer.ggml.token_type", std::move(model.kinds));
  return metadata;
}

}  // namespace ondol
