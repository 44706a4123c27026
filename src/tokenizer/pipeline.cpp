#include "tokenizer/pipeline.h"

#include "tokenizer/byte_level.h"
#include "tokenizer/components.h"

namespace ondol {
namespace {

constexpr size_t kMaxAffixBytes = 32;
constexpr std::string_view kWrittenSpace = "\u2581";

Result<WordModel> read_model(std::optional<ComponentJson> json) {
  WordModel model;
  if (!json) return model;
  const std::string_view type = text_at(json, "type");
  if (type == "BPE") model.kind = WordModel::Kind::kBpe;
  else if (type == "Unigram") model.kind = WordModel::Kind::kUnigram;
  else if (type == "WordPiece") model.kind = WordModel::Kind::kWordPiece;
  else return unsupported_component("model " + std::string(type));
  if (const auto dropout = child(json, "dropout"); dropout && dropout->is_double() && double{*dropout} != 0) {
    return unsupported_component("BPE with dropout");
  }
  model.has_unknown = !text_at(json, "unk_token").empty() || number_at(json, "unk_id");
  model.byte_fallback = flag_at(json, "byte_fallback", false);
  model.fuse_unknown = flag_at(json, "fuse_unk", false);
  model.ignore_merges = flag_at(json, "ignore_merges", false);
  model.merges_by_score = text_at(json, "merges") == "by_score";
  model.single_precision = flag_at(json, "single_precision", false);
  model.inner_prefix = text_at(json, "continuing_subword_prefix");
  model.end_suffix = text_at(json, "end_of_word_suffix");
  if (model.inner_prefix.size() > kMaxAffixBytes) return unsupported_component("continuing_subword_prefix");
  if (model.end_suffix.size() > kMaxAffixBytes) return unsupported_component("end_of_word_suffix");
  model.max_word_chars = number_at(json, "max_input_chars_per_word").value_or(model.max_word_chars);
  return model;
}

Status read_decoder_step(ComponentJson step, DecodeRules& rules) {
  const std::string_view type = text_at(step, "type");
  if (type == "ByteLevel") rules.byte_level = true;
  else if (type == "ByteFallback") rules.byte_fallback = true;
  else if (type == "Metaspace") {
    rules.replacements.emplace_back(text_at(step, "replacement"), " ");
    rules.drops_first_space = text_at(step, "prepend_scheme") != "never" && flag_at(step, "add_prefix_space", true);
  } else if (type == "Replace") {
    const std::string_view from = text_at(child(step, "pattern"), "String");
    if (from.empty()) return unsupported_component("decoder Replace by an expression");
    rules.replacements.emplace_back(from, text_at(step, "content"));
  } else if (type == "Strip") {
    if (text_at(step, "content") == " " && number_at(step, "start").value_or(0) > 0) rules.drops_first_space = true;
  } else if (type == "WordPiece") {
    rules.replacements.emplace_back(kWrittenSpace, " ");  // how GGUF writes the entries that begin a word
    rules.drops_first_space = true;
  } else if (type == "BPEDecoder") {
    const std::string_view suffix = text_at(step, "suffix");
    rules.end_suffix = suffix.empty() ? "</w>" : suffix;
  } else if (type != "Fuse") {
    return unsupported_component("decoder " + std::string(type));
  }
  return ok();
}

Result<DecodeRules> read_decoder(ComponentJson root, const Pipeline& pipeline) {
  DecodeRules rules;
  TRY(const std::vector<ComponentJson> steps, list_steps(child(root, "decoder"), "decoders"));
  for (const ComponentJson step : steps) TRY(read_decoder_step(step, rules));
  if (!steps.empty()) return rules;
  // Without a decoder, what the encoder wrote is read back.
  rules.byte_level = pipeline.splitter.is_byte_level();
  rules.byte_fallback = true;
  if (!rules.byte_level) rules.replacements.emplace_back(kWrittenSpace, " ");
  rules.drops_first_space = pipeline.splitter.adds_prefix() || pipeline.model.kind == WordModel::Kind::kWordPiece;
  return rules;
}

Status read_rules(ComponentJson root, Pipeline& pipeline) {
  const auto tokens = array_at(root, "added_tokens");
  if (!tokens) return ok();
  for (const ComponentJson token : *tokens) {
    const auto id = number_at(token, "id");
    if (!id || *id < 0 || *id > INT32_MAX) return malformed_component("added_tokens: an id is not a number");
    pipeline.rules[static_cast<int32_t>(*id)] = {.takes_space_before = flag_at(token, "lstrip", false),
                                                 .takes_space_behind = flag_at(token, "rstrip", false),
                                                 .single_word = flag_at(token, "single_word", false),
                                                 .normalized = flag_at(token, "normalized", false),
                                                 .verbatim = flag_at(token, "verbatim", false)};
  }
  return ok();
}

}  // namespace

std::string DecodeRules::apply(std::string_view entry) const {
  if (byte_fallback) {
    if (const auto byte = parse_byte_entry(entry)) return std::string(1, static_cast<char>(*byte));
  }
  if (byte_level) {
    if (const auto bytes = entry_to_bytes(entry)) return *bytes;
    return std::string(entry);
  }
  std::string text(entry);
  for (const auto& [from, to] : replacements) {
    if (from.empty()) continue;
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  if (!end_suffix.empty() && text.ends_with(end_suffix)) text.replace(text.size() - end_suffix.size(), text.npos, " ");
  return text;
}

Result<Pipeline> read_pipeline(std::string_view json, std::string_view charsmap) {
  simdjson::dom::parser parser;  // refuses a nesting of more than 1024
  ComponentJson root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS) {
    return malformed_component(simdjson::error_message(error));
  }
  if (!root.is_object()) return malformed_component("not an object");
  Pipeline pipeline;
  TRY(pipeline.normalizer, Normalizer::read(child(root, "normalizer"), charsmap));
  TRY(pipeline.splitter, Splitter::read(child(root, "pre_tokenizer")));
  TRY(pipeline.model, read_model(child(root, "model")));
  TRY(pipeline.decode, read_decoder(root, pipeline));
  TRY(read_rules(root, pipeline));
  return pipeline;
}

Result<std::optional<Pipeline>> read_pipeline(const Metadata& metadata) {
  const auto json = metadata.get_string(kPipelineKey);
  if (!json) return std::optional<Pipeline>();
  TRY(Pipeline pipeline, read_pipeline(*json, read_charsmap_bytes(metadata)));
  return std::optional<Pipeline>(std::move(pipeline));
}

PieceTable read_pieces(const Vocabulary& vocabulary, const DecodeRules& rules) {
  PieceTable pieces(vocabulary.size());
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view entry = vocabulary.entries[id];
    if (vocabulary.kind(id) == TokenKind::kUserDefined) pieces.add(entry, false);
    else pieces.add(rules.apply(entry), false);
  }
  return pieces;
}

std::string read_charsmap_bytes(const Metadata& metadata) {
  std::string bytes;
  if (const auto numbers = metadata.get_ints("tokenizer.ggml.precompiled_charsmap")) {
    for (const int64_t number : *numbers) bytes.push_back(static_cast<char>(number));
  }
  return bytes;
}

}  // namespace ondol
