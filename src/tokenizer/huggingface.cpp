#include "tokenizer/huggingface.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "tokenizer/base64.h"
#include "tokenizer/components.h"
#include "tokenizer/huggingface_vocabulary.h"
#include "tokenizer/published_expressions.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/word_piece.h"

namespace ondol {
namespace {

// The parts of a tokenizer.json that a pipeline keeps, as JSON.
struct SlimJson {
  std::string text;
  std::string charsmap;  // of a Precompiled normalizer, which tokenizer.ggml.precompiled_charsmap takes over
};

std::string json_of(std::optional<ComponentJson> value) { return value ? simdjson::minify(*value) : "null"; }

// `parts` with commas between.
std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

Result<std::string> slim_normalizer(ComponentJson root, std::string& charsmap) {
  TRY(const std::vector<ComponentJson> steps, list_steps(child(root, "normalizer"), "normalizers"));
  std::vector<std::string> parts;
  for (const ComponentJson step : steps) {
    const std::string_view map = text_at(step, "precompiled_charsmap");
    if (text_at(step, "type") != "Precompiled" || !charsmap.empty()) {
      parts.push_back(json_of(step));
      continue;
    }
    auto bytes = decode_base64(map);
    if (!bytes) return malformed_component("precompiled_charsmap: not base64");
    charsmap = std::move(*bytes);
    parts.push_back(R"({"type":"Precompiled"})");
  }
  if (parts.empty()) return std::string("null");
  if (parts.size() == 1) return parts[0];
  return R"({"type":"Sequence","normalizers":[)" + joined(parts) + "]}";
}

// A tokenizer.json may leave out the model's type.
std::string_view model_type(std::optional<ComponentJson> model) {
  if (const std::string_view type = text_at(model, "type"); !type.empty()) return type;
  if (child(model, "merges")) return "BPE";
  return array_at(model, "vocab") ? "Unigram" : "WordPiece";
}

std::string slim_model(std::optional<ComponentJson> model) {
  constexpr const char* kKept[] = {"dropout",
                                   "unk_token",
                                   "unk_id",
                                   "byte_fallback",
                                   "fuse_unk",
                                   "ignore_merges",
                                   "end_of_word_suffix",
                                   "continuing_subword_prefix",
                                   "max_input_chars_per_word"};
  std::vector<std::string> parts{fmt::format(R"("type":"{}")", model_type(model))};
  for (const char* key : kKept) {
    const auto value = child(model, key);
    if (value && !value->is_object() && !value->is_array())
      parts.push_back(fmt::format(R"("{}":{})", key, json_of(value)));
  }
  return "{" + joined(parts) + "}";
}

// Without a normalizer it says nothing that all tokens are looked for behind it.
bool is_normalized_told_apart(ComponentJson root) {
  if (child(root, "normalizer")) return true;
  const auto added = array_at(root, "added_tokens");
  if (!added) return false;
  bool some = false, all = true;
  for (const ComponentJson token : *added) {
    const bool normalized = flag_at(token, "normalized", false);
    some = some || normalized;
    all = all && normalized;
  }
  return some && !all;
}

std::string slim_added_tokens(ComponentJson root) {
  constexpr std::string_view kRules[] = {"lstrip", "rstrip", "single_word", "normalized"};
  const bool keeps_normalized = is_normalized_told_apart(root);
  std::vector<std::string> tokens;
  if (const auto added = array_at(root, "added_tokens")) {
    for (const ComponentJson token : *added) {
      std::string rules;
      for (const std::string_view rule : kRules) {
        if (rule == "normalized" && !keeps_normalized) continue;
        if (flag_at(token, rule, false)) rules += fmt::format(R"(,"{}":true)", rule);
      }
      if (!rules.empty()) tokens.push_back(fmt::format(R"({{"id":{}{}}})", json_of(child(token, "id")), rules));
    }
  }
  return "[" + joined(tokens) + "]";
}

Result<SlimJson> slim(ComponentJson root) {
  SlimJson out;
  TRY(const std::string normalizer, slim_normalizer(root, out.charsmap));
  out.text = fmt::format(R"({{"normalizer":{},"pre_tokenizer":{},"decoder":{},"model":{},"added_tokens":{}}})",
                         normalizer, json_of(child(root, "pre_tokenizer")), json_of(child(root, "decoder")),
                         slim_model(child(root, "model")), slim_added_tokens(root));
  return out;
}

// What the post-processor puts around a single text, as ids.
struct Around {
  std::vector<int64_t> before, behind;
};

Status read_template(ComponentJson processor, Around& around) {
  const auto single = array_at(processor, "single");
  if (!single) return malformed_component("post_processor: single");
  const auto tokens = child(processor, "special_tokens");
  bool behind = false;
  for (const ComponentJson piece : *single) {
    const std::string_view name = text_at(child(piece, "SpecialToken"), "id");
    if (name.empty()) {
      if (behind) return unsupported_component("post_processor with the text twice");
      behind = true;
      continue;
    }
    const auto ids = array_at(child(tokens, name), "ids");
    if (!ids) return malformed_component("post_processor: special_tokens");
    for (const ComponentJson value : *ids) {
      int64_t id = -1;
      if (value.get(id) != simdjson::SUCCESS) return malformed_component("post_processor: special_tokens");
      (behind ? around.behind : around.before).push_back(id);
    }
  }
  return ok();
}

// [text, id] of BertProcessing and RobertaProcessing.
Status read_pair(ComponentJson processor, const char* key, std::vector<int64_t>& ids) {
  const auto pair = array_at(processor, key);
  int64_t id = -1;
  if (!pair || pair->size() != 2 || pair->at(1).get(id) != simdjson::SUCCESS)
    return malformed_component("post_processor");
  ids.push_back(id);
  return ok();
}

Result<Around> read_post_processor(ComponentJson root) {
  TRY(const std::vector<ComponentJson> steps, list_steps(child(root, "post_processor"), "processors"));
  Around around;
  for (const ComponentJson step : steps) {
    const std::string_view type = text_at(step, "type");
    if (type == "TemplateProcessing") {
      TRY(read_template(step, around));
    } else if (type == "BertProcessing" || type == "RobertaProcessing") {
      TRY(read_pair(step, "cls", around.before));
      TRY(read_pair(step, "sep", around.behind));
    } else if (type != "ByteLevel") {
      return unsupported_component("post_processor " + std::string(type));
    }
  }
  if (around.before.size() > 1 || around.behind.size() > 1) {
    return unsupported_component("post_processor with several tokens on one side of a text");
  }
  return around;
}

void set_around(const Around& around, bool is_word_piece, Metadata& metadata) {
  const std::string end = is_word_piece ? "seperator" : "eos";  // spelt so in GGUF
  if (!around.before.empty()) metadata.set_u32("tokenizer.ggml.bos_token_id", static_cast<uint32_t>(around.before[0]));
  if (!around.behind.empty()) {
    metadata.set_u32("tokenizer.ggml." + end + "_token_id", static_cast<uint32_t>(around.behind[0]));
  }
  metadata.set_bool("tokenizer.ggml.add_bos_token", !around.before.empty());
  metadata.set_bool(is_word_piece ? "tokenizer.ggml.add_sep_token" : "tokenizer.ggml.add_eos_token",
                    !around.behind.empty());
}

// The name in tokenizer.ggml.pre that cuts as the pipeline does, or "".
std::string_view pre_of(const Pipeline& pipeline) {
  const std::string_view pre = pipeline.splitter.pre();
  if (pre == "dbrx" && pipeline.model.ignore_merges) return "llama-bpe";
  return pre;
}

// A name that no reader knows: a wrong guess would give wrong ids without a word.
constexpr std::string_view kUnknownPre = "ondol-pipeline";

bool is_plain_byte_bpe(const Pipeline& pipeline) {
  const PreTokenizer* pre = find_pre_tokenizer(pre_of(pipeline));
  return pre != nullptr && pre->ignore_merges == pipeline.model.ignore_merges && pipeline.normalizer.is_empty() &&
         pipeline.rules.empty() && !pipeline.model.has_unknown && pipeline.decode.byte_level;
}

// BERT's own steps, whose options have keys.
bool is_plain_word_piece(ComponentJson root, const Pipeline& pipeline) {
  const auto normalizer = child(root, "normalizer");
  return text_at(normalizer, "type") == "BertNormalizer" && flag_at(normalizer, "clean_text", true) &&
         flag_at(normalizer, "handle_chinese_chars", true) &&
         text_at(child(root, "pre_tokenizer"), "type") == "BertPreTokenizer" && pipeline.model.max_word_chars == 100 &&
         pipeline.rules.empty();
}

void write_word_piece_entries(std::string_view prefix, HuggingFaceVocabulary& vocabulary) {
  for (size_t id = 0; id < vocabulary.entries.size(); ++id) {
    if (vocabulary.kinds[id] != TokenKind::kNormal) continue;
    std::string& entry = vocabulary.entries[id];
    entry = word_piece_entry(std::move(entry), prefix);
  }
}

class Importer {
 public:
  Importer(ComponentJson root, SlimJson slim, Pipeline pipeline, HuggingFaceVocabulary vocabulary)
      : root_(root), slim_(std::move(slim)), pipeline_(std::move(pipeline)), vocabulary_(std::move(vocabulary)) {}

  Result<Metadata> run() {
    TRY(const Around around, read_post_processor(root_));
    const WordModel& model = pipeline_.model;
    if (model.kind == WordModel::Kind::kUnigram) set_unigram();
    else if (model.kind == WordModel::Kind::kWordPiece) set_word_piece();
    else if (pipeline_.splitter.is_byte_level()) set_byte_bpe();
    else set_char_bpe();
    set_around(around, model.kind == WordModel::Kind::kWordPiece, metadata_);
    if (vocabulary_.unknown) {
      metadata_.set_u32("tokenizer.ggml.unknown_token_id", static_cast<uint32_t>(*vocabulary_.unknown));
    }
    if (!slim_.charsmap.empty()) set_charsmap();
    metadata_.set_strings("tokenizer.ggml.tokens", std::move(vocabulary_.entries));
    std::vector<int64_t> kinds;
    for (const TokenKind kind : vocabulary_.kinds) kinds.push_back(static_cast<int64_t>(kind));
    metadata_.set_i32s("tokenizer.ggml.token_type", std::move(kinds));
    return std::move(metadata_);
  }

 private:
  void set_model(const char* model, std::string_view pre) {
    metadata_.set_string("tokenizer.ggml.model", model);
    metadata_.set_string("tokenizer.ggml.pre", std::string(pre));
  }

  void keep_pipeline() { metadata_.set_string(kPipelineKey, slim_.text); }

  void set_merges() {
    std::vector<std::string> lines;
    for (const auto& [left, right] : vocabulary_.merges) lines.push_back(left + " " + right);
    metadata_.set_strings("tokenizer.ggml.merges", std::move(lines));
  }

  void set_byte_bpe() {
    const std::string_view pre = pre_of(pipeline_);
    set_model("gpt2", pre.empty() ? kUnknownPre : pre);
    set_merges();
    if (!is_plain_byte_bpe(pipeline_)) keep_pipeline();
  }

  void set_char_bpe() {
    set_model("llama", "default");
    metadata_.set_f32s("tokenizer.ggml.scores", scores_of_merges(vocabulary_));
    metadata_.set_bool("tokenizer.ggml.add_space_prefix", pipeline_.decode.drops_first_space);
    const WordModel& model = pipeline_.model;
    const bool by_score = model.inner_prefix.empty() && model.end_suffix.empty() &&
                          (model.byte_fallback || model.has_unknown) && are_merges_by_score(vocabulary_);
    if (by_score) {
      const std::string_view type = R"("type":"BPE")";
      slim_.text.insert(slim_.text.rfind(type) + type.size(), R"(,"merges":"by_score")");
    } else {
      set_merges();
    }
    keep_pipeline();
  }

  void set_unigram() {
    set_model("t5", "default");
    bool is_exact = true;
    for (const double score : vocabulary_.scores) is_exact = is_exact && double{static_cast<float>(score)} == score;
    if (!is_exact) { metadata_.set("ondol.tokenizer.scores", {MetaType::kArray, MetaType::kF64, vocabulary_.scores}); }
    metadata_.set_f32s("tokenizer.ggml.scores", std::move(vocabulary_.scores));
    metadata_.set_bool("tokenizer.ggml.add_space_prefix", pipeline_.decode.drops_first_space);
    metadata_.set_bool("tokenizer.ggml.remove_extra_whitespaces", slim_.text.find("{2,}") != std::string::npos);
    keep_pipeline();
  }

  void set_word_piece() {
    set_model("bert", "default");
    const auto normalizer = child(root_, "normalizer");
    const bool lowercase = flag_at(normalizer, "lowercase", true);
    metadata_.set_bool("tokenizer.ggml.normalizer.lowercase", lowercase);
    metadata_.set_bool("tokenizer.ggml.normalizer.strip_accents", flag_at(normalizer, "strip_accents", lowercase));
    const std::string_view prefix = text_at(child(root_, "model"), "continuing_subword_prefix");
    write_word_piece_entries(prefix.empty() ? "##" : prefix, vocabulary_);
    if (!is_plain_word_piece(root_, pipeline_)) keep_pipeline();
  }

  void set_charsmap() {
    std::vector<int64_t> bytes;
    for (const char byte : slim_.charsmap) bytes.push_back(static_cast<uint8_t>(byte));
    metadata_.set("tokenizer.ggml.precompiled_charsmap", {MetaType::kArray, MetaType::kU8, std::move(bytes)});
  }

  ComponentJson root_;
  SlimJson slim_;
  Pipeline pipeline_;
  HuggingFaceVocabulary vocabulary_;
  Metadata metadata_;
};

}  // namespace

Result<Metadata> read_huggingface_tokenizer(std::string_view json) {
  simdjson::dom::parser parser;  // refuses a nesting of more than 1024
  ComponentJson root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS) {
    return malformed_component(simdjson::error_message(error));
  }
  if (!root.is_object() || !child(root, "model")) return malformed_component("model");
  TRY(SlimJson slim_json, slim(root));
  TRY(Pipeline pipeline, read_pipeline(slim_json.text, slim_json.charsmap));
  TRY(HuggingFaceVocabulary vocabulary, read_huggingface_vocabulary(root, pipeline.model));
  return Importer(root, std::move(slim_json), std::move(pipeline), std::move(vocabulary)).run();
}

}  // namespace ondol
