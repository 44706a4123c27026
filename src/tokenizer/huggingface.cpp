#include "tokenizer/huggingface.h"

#include <simdjson.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_messages.h"

namespace ondol {
namespace {

using Json = simdjson::dom::element;

// Values of `parent`, or nothing when they are absent or of another type.  A missing parent has no values.
std::optional<Json> child(std::optional<Json> parent, const char* key) {
  Json value;
  if (!parent || (*parent)[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}
std::string_view text_of(std::optional<Json> value) {
  std::string_view text;
  if (!value || value->get(text) != simdjson::SUCCESS) return {};
  return text;
}
std::string_view text_at(std::optional<Json> parent, const char* key) { return text_of(child(parent, key)); }
bool flag_at(std::optional<Json> parent, const char* key, bool otherwise) {
  const auto value = child(parent, key);
  bool flag = otherwise;
  if (value && value->get(flag) != simdjson::SUCCESS) return otherwise;
  return flag;
}
std::optional<simdjson::dom::array> array_at(std::optional<Json> parent, const char* key) {
  const auto value = child(parent, key);
  simdjson::dom::array array;
  if (!value || value->get(array) != simdjson::SUCCESS) return std::nullopt;
  return array;
}

struct PublishedExpression {
  std::string_view expression;
  std::string_view pre;
};

// The spellings found in published files; \r and \n appear escaped or as the characters themselves.
constexpr PublishedExpression kExpressions[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", "gpt-2"},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     "llama-bpe"},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     "qwen2"},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
     R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
     R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     "gpt-4o"},
};

tl::unexpected<Error> unsupported(std::string_view what) {
  return fail(ErrorKind::kUnsupported, msg::kUnsupportedPipeline, what);
}
tl::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorKind::kCorruptFile, msg::kBadTokenizerJson, what);
}

std::string with_escapes(std::string_view expression) {
  std::string out;
  for (const char c : expression) {
    if (c == '\r') out += "\\r";
    else if (c == '\n') out += "\\n";
    else out.push_back(c);
  }
  return out;
}

// What the steps of a pre-tokenizer amount to.
struct Steps {
  std::string_view split;     // the family whose expression a Split step has
  bool digits_apart = false;  // a Digits step, or a Split at \p{N}
  bool byte_level = false;
  bool byte_level_cuts = false;  // by the GPT-2 expression
};

Status read_step(Json step, Steps& steps) {
  const std::string_view type = text_at(step, "type");
  if (steps.byte_level) return unsupported("a pre-tokenizer after ByteLevel");
  if (type == "ByteLevel") {
    if (flag_at(step, "add_prefix_space", true)) return unsupported("ByteLevel with add_prefix_space");
    steps.byte_level = true;
    steps.byte_level_cuts = flag_at(step, "use_regex", true);
    return ok();
  }
  if (type == "Digits" && flag_at(step, "individual_digits", false) && steps.split.empty()) {
    steps.digits_apart = true;
    return ok();
  }
  if (type != "Split") return unsupported("pre-tokenizer " + std::string(type));
  if (text_at(step, "behavior") != "Isolated" || flag_at(step, "invert", false)) {
    return unsupported("Split that is not Isolated");
  }
  const std::string expression = with_escapes(text_at(child(step, "pattern"), "Regex"));
  if (!steps.split.empty()) return unsupported("a second Split at " + expression);
  if (expression == R"(\p{N})") {
    steps.digits_apart = true;
    return ok();
  }
  for (const PublishedExpression& known : kExpressions) {
    if (known.expression == expression) steps.split = known.pre;
  }
  return steps.split.empty() ? unsupported("Split at " + expression) : ok();
}

// The name of the pre-tokenizer the pipeline means.
Result<std::string> recognise_pre_tokenizer(Json root) {
  const auto pre_tokenizer = child(root, "pre_tokenizer");
  if (!pre_tokenizer) return unsupported("BPE without a ByteLevel pre-tokenizer");
  Steps steps;
  if (text_at(pre_tokenizer, "type") != "Sequence") {
    TRY(read_step(*pre_tokenizer, steps));
  } else if (const auto sequence = array_at(pre_tokenizer, "pretokenizers")) {
    for (const Json step : *sequence) TRY(read_step(step, steps));
  }
  if (!steps.byte_level) return unsupported("BPE without a ByteLevel pre-tokenizer");
  if (steps.byte_level_cuts) {
    if (!steps.split.empty()) return unsupported("a Split before a ByteLevel that splits too");
    return std::string(steps.digits_apart ? "starcoder" : "gpt-2");
  }
  if (steps.split == "gpt-2" && steps.digits_apart) return std::string("starcoder");
  if (steps.split.empty() || steps.digits_apart) return unsupported("a ByteLevel that does not split");
  // dbrx cuts like Llama 3 and keeps to the merges
  if (steps.split == "llama-bpe" && !flag_at(child(root, "model"), "ignore_merges", false)) return std::string("dbrx");
  return std::string(steps.split);
}

struct Tokens {
  std::vector<std::string> entries;
  std::vector<int64_t> kinds;  // kUnused where no entry was set
};

Status set_token(Tokens& tokens, int64_t id, std::string_view entry, TokenKind kind) {
  if (id < 0 || id >= static_cast<int64_t>(tokens.entries.size())) return corrupt("token id " + std::to_string(id));
  tokens.entries[static_cast<size_t>(id)] = entry;
  tokens.kinds[static_cast<size_t>(id)] = static_cast<int64_t>(kind);
  return ok();
}

// The entries of model.vocab and added_tokens by id.
Result<Tokens> read_tokens(Json root) {
  const auto vocab = child(child(root, "model"), "vocab");
  simdjson::dom::object object;
  if (!vocab || vocab->get(object) != simdjson::SUCCESS || object.size() == 0) return corrupt("model.vocab");
  const auto added = array_at(root, "added_tokens");

  // One more than the largest id; some published vocabularies leave holes, but none of more than its own size.
  int64_t n_tokens = 0, n_entries = 0;
  const auto count = [&](Json value) {
    int64_t id = -1;
    if (value.get(id) != simdjson::SUCCESS || id < 0 || id == INT64_MAX) return false;
    n_tokens = std::max(n_tokens, id + 1);
    ++n_entries;
    return true;
  };
  for (const auto field : object) {
    if (!count(field.value)) return corrupt("model.vocab: an id is not a number");
  }
  if (added) {
    for (const Json token : *added) {
      const auto id = child(token, "id");
      if (!id || !count(*id)) return corrupt("added_tokens: an id is not a number");
    }
  }
  if (n_tokens > 2 * n_entries + 1024) return corrupt("token id " + std::to_string(n_tokens - 1));

  Tokens tokens;
  tokens.kinds.assign(static_cast<size_t>(n_tokens), static_cast<int64_t>(TokenKind::kUnused));
  for (int64_t id = 0; id < n_tokens; ++id) tokens.entries.push_back("[unused" + std::to_string(id) + "]");
  for (const auto field : object) { TRY(set_token(tokens, int64_t{field.value}, field.key, TokenKind::kNormal)); }
  if (added) {
    for (const Json token : *added) {
      const bool special = flag_at(token, "special", false);
      TRY(set_token(tokens, int64_t{*child(token, "id")}, text_at(token, "content"),
                    special ? TokenKind::kControl : TokenKind::kUserDefined));
    }
  }
  return tokens;
}

// Merges are "left right", or since tokenizers 0.20 [left, right].
Result<std::vector<std::string>> read_merges(Json root) {
  const auto merges = array_at(child(root, "model"), "merges");
  if (!merges) return corrupt("model.merges");
  std::vector<std::string> lines;
  for (const Json merge : *merges) {
    if (merge.is_string()) {
      lines.emplace_back(text_of(merge));
      continue;
    }
    simdjson::dom::array pair;
    if (merge.get(pair) != simdjson::SUCCESS || pair.size() != 2) return corrupt("model.merges");
    lines.push_back(std::string(text_of(pair.at(0).value_unsafe())) + " " +
                    std::string(text_of(pair.at(1).value_unsafe())));
  }
  return lines;
}

// The special token a TemplateProcessing puts in front of a single text, or "".
std::string_view token_in_front(std::optional<Json> post_processor) {
  if (text_at(post_processor, "type") == "Sequence") {
    const auto processors = array_at(post_processor, "processors");
    if (!processors) return {};
    for (const Json processor : *processors) {
      if (text_at(processor, "type") == "TemplateProcessing") return token_in_front(processor);
    }
    return {};
  }
  if (text_at(post_processor, "type") != "TemplateProcessing") return {};
  const auto single = array_at(post_processor, "single");
  if (!single || single->size() == 0) return {};
  return text_at(child(single->at(0).value_unsafe(), "SpecialToken"), "id");
}

Status check_pipeline(Json root) {
  const auto model = child(root, "model");
  const std::string_view type = text_at(model, "type");
  if (!type.empty() && type != "BPE") return unsupported("model " + std::string(type));
  if (!text_at(model, "continuing_subword_prefix").empty()) return unsupported("continuing_subword_prefix");
  if (!text_at(model, "end_of_word_suffix").empty()) return unsupported("end_of_word_suffix");
  const std::string_view normalizer = text_at(child(root, "normalizer"), "type");
  if (!normalizer.empty() && normalizer != "NFC") return unsupported("normalizer " + std::string(normalizer));
  return ok();
}

}  // namespace

Result<Metadata> read_huggingface_tokenizer(std::string_view json) {
  simdjson::dom::parser parser;  // refuses a nesting of more than 1024
  Json root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS) {
    return corrupt(simdjson::error_message(error));
  }
  if (!root.is_object()) return corrupt("not an object");
  TRY(check_pipeline(root));
  TRY(std::string pre, recognise_pre_tokenizer(root));
  TRY(Tokens tokens, read_tokens(root));
  TRY(std::vector<std::string> merges, read_merges(root));

  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", "gpt2");
  metadata.set_string("tokenizer.ggml.pre", std::move(pre));
  if (const std::string_view bos = token_in_front(child(root, "post_processor")); !bos.empty()) {
    for (size_t id = 0; id < tokens.entries.size(); ++id) {
      if (tokens.entries[id] == bos) metadata.set_u32("tokenizer.ggml.bos_token_id", static_cast<uint32_t>(id));
    }
    metadata.set_bool("tokenizer.ggml.add_bos_token", true);
  } else {
    metadata.set_bool("tokenizer.ggml.add_bos_token", false);
  }
  metadata.set_strings("tokenizer.ggml.tokens", std::move(tokens.entries));
  metadata.set_i32s("tokenizer.ggml.token_type", std::move(tokens.kinds));
  metadata.set_strings("tokenizer.ggml.merges", std::move(merges));
  return metadata;
}

}  // namespace ondol
