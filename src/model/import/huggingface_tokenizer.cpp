#include "model/import/huggingface_tokenizer.h"

#include "format/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "base/check.h"
#include "base/file_map.h"
#include "base/utf8.h"
#include "model/import/import_messages.h"
#include "model/import/json_object.h"
#include "tokenizer/bert_vocabulary.h"
#include "tokenizer/huggingface.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/sentence_piece.h"
#include "tokenizer/tiktoken.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

// An object of the folder, empty where the file is absent.
Result<JsonObject> open_if_there(const std::filesystem::path& path) {
  return is_there(path) ? JsonObject::open(path) : JsonObject::parse(path.string(), "{}");
}

Result<std::string> read_text(const std::filesystem::path& path) {
  TRY(const std::shared_ptr<const FileMap> map, FileMap::open(path));
  const auto bytes = map->bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// A token's text as tokenizer_config.json writes it: "</s>" or {"content": "</s>", ...}.
std::string token_text(const JsonObject& config, std::string_view key) {
  const nlohmann::json* value = config.find(key);
  if (value != nullptr && value->is_object()) {
    const auto content = value->find("content");
    value = content == value->end() ? nullptr : &*content;
  }
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

// The token numbers of `key`: one, or a list of them.
std::vector<int64_t> token_numbers(const JsonObject& config, std::string_view key) {
  std::vector<int64_t> numbers;
  const nlohmann::json* value = config.find(key);
  if (value == nullptr) return numbers;
  for (const nlohmann::json& number : value->is_array() ? *value : nlohmann::json::array({*value})) {
    if (number.is_number_unsigned()) numbers.push_back(number.get<int64_t>());
  }
  return numbers;
}

class RoleReader {
 public:
  RoleReader(const JsonObject& tokenizer_config, const JsonObject& generation_config, const JsonObject& config,
             std::span<const std::string> tokens, Metadata& metadata)
      : tokenizer_config_(tokenizer_config),
        generation_config_(generation_config),
        config_(config),
        tokens_(tokens),
        metadata_(metadata) {}

  // `role` is "bos"; `gguf_role` what GGUF calls it.
  void read(const std::string& role, const std::string& gguf_role) {
    const std::string text = token_text(tokenizer_config_, role + "_token");
    const auto entry = text.empty() ? tokens_.end() : std::find(tokens_.begin(), tokens_.end(), text);
    if (entry != tokens_.end()) return set(gguf_role, entry - tokens_.begin());
    for (const JsonObject* source : {&generation_config_, &config_}) {
      const auto numbers = token_numbers(*source, role + "_token_id");
      if (numbers.empty()) continue;
      set(gguf_role, numbers[0]);
      if (role == "eos" && numbers.size() > 1) set("eot", numbers[1]);
      return;
    }
  }

 private:
  void set(const std::string& role, int64_t id) {
    if (id < std::ssize(tokens_)) metadata_.set_u32("tokenizer.ggml." + role + "_token_id", static_cast<uint32_t>(id));
  }

  const JsonObject& tokenizer_config_;
  const JsonObject& generation_config_;
  const JsonObject& config_;
  std::span<const std::string> tokens_;
  Metadata& metadata_;
};

// The template named "default" of a list, or the only one.
std::string find_chat_template(const JsonObject& tokenizer_config) {
  const nlohmann::json* value = tokenizer_config.find("chat_template");
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  if (!value->is_array()) return {};
  for (const nlohmann::json& entry : *value) {
    const bool is_default = entry.is_object() && entry.value("name", nlohmann::json()) == "default";
    const auto text = is_default ? entry.find("template") : entry.end();
    if (is_default && text != entry.end() && text->is_string()) return text->get<std::string>();
  }
  return {};
}

void fill_vocabulary(int64_t vocab_size, Metadata& metadata) {
  const auto tokens = metadata.get_strings("tokenizer.ggml.tokens");
  const auto kinds = metadata.get_ints("tokenizer.ggml.token_type");
  const auto scores = metadata.get_floats("tokenizer.ggml.scores");
  std::vector<std::string> all(tokens->begin(), tokens->end());
  for (int64_t id = std::ssize(all); id < vocab_size; ++id) all.push_back(fmt::format("[PAD{}]", id));
  const size_t n = all.size();
  if (kinds) {
    std::vector<int64_t> filled(kinds->begin(), kinds->end());
    filled.resize(n, static_cast<int64_t>(TokenKind::kUnused));
    metadata.set_i32s("tokenizer.ggml.token_type", std::move(filled));
  }
  if (scores) {
    std::vector<double> filled(scores->begin(), scores->end());
    filled.resize(n, 0);
    metadata.set_f32s("tokenizer.ggml.scores", std::move(filled));
  }
  metadata.set_strings("tokenizer.ggml.tokens", std::move(all));
}

// Tokens that stand beside a SentencePiece model: added_tokens.json has their numbers, added_tokens_decoder of
// tokenizer_config.json their kinds and rules too.
class AddedTokens {
 public:
  AddedTokens(const std::filesystem::path& folder, Metadata& metadata) : folder_(folder), metadata_(metadata) {
    const auto tokens = metadata.get_strings("tokenizer.ggml.tokens");
    const auto kinds = metadata.get_ints("tokenizer.ggml.token_type");
    tokens_.assign(tokens->begin(), tokens->end());
    kinds_.assign(kinds->begin(), kinds->end());
  }

  Status read() {
    const auto n_pieces = std::ssize(tokens_);
    TRY(read_numbers(folder_ / "added_tokens.json"));
    TRY(const JsonObject config, open_if_there(folder_ / "tokenizer_config.json"));
    if (const nlohmann::json* tokens = config.find("added_tokens_decoder"); tokens != nullptr && tokens->is_object()) {
      for (const auto& [number, token] : tokens->items()) TRY(set_described(config.name(), number, token));
    }
    if (std::ssize(tokens_) != n_pieces || is_changed_) write();
    return ok();
  }

 private:
  static tl::unexpected<Error> bad_token(const std::string& file, std::string_view token) {
    return fail(ErrorKind::kCorruptFile, msg::kBadAddedToken, file, printable(token));
  }

  Status read_numbers(const std::filesystem::path& path) {
    if (!is_there(path)) return ok();
    TRY(const std::string text, read_text(path));
    // as a value, because a JsonObject is read by its keys
    TRY(const JsonObject file, JsonObject::parse(path.string(), R"({"tokens":)" + text + "}"));
    const nlohmann::json* numbers = file.find("tokens");
    if (numbers == nullptr || !numbers->is_object())
      return fail(ErrorKind::kCorruptFile, msg::kNotAJsonObject, path.string());
    for (const auto& [token, number] : numbers->items()) {
      if (!number.is_number_unsigned()) return bad_token(file.name(), token);
      TRY(set(file.name(), number.get<int64_t>(), token, TokenKind::kUserDefined));
    }
    return ok();
  }

  // A model has few added tokens, so holes are few too.
  Status set(const std::string& file, int64_t id, const std::string& text, TokenKind kind) {
    constexpr int64_t kMaxHoles = 1 << 16;
    if (id < 0 || id > std::ssize(tokens_) + kMaxHoles) return bad_token(file, text);
    while (std::ssize(tokens_) <= id) {
      tokens_.push_back(fmt::format("[PAD{}]", tokens_.size()));
      kinds_.push_back(static_cast<int64_t>(TokenKind::kUnused));
    }
    const auto i = static_cast<size_t>(id);
    const bool stands_so = tokens_[i] == text && kinds_[i] != static_cast<int64_t>(TokenKind::kNormal);
    if (stands_so && kinds_[i] != static_cast<int64_t>(TokenKind::kUserDefined)) return ok();  // <unk>, <s>
    tokens_[i] = text;
    kinds_[i] = static_cast<int64_t>(kind);
    is_changed_ = true;
    return ok();
  }

  Status set_described(const std::string& file, const std::string& number, const nlohmann::json& token) {
    int64_t id = -1;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
    const auto content = token.is_object() ? token.find("content") : token.end();
    if (error != std::errc() || *end != '\0' || !token.is_object() || content == token.end() || !content->is_string()) {
      return bad_token(file, number);
    }
    const auto flag = [&](const char* key) {
      const auto value = token.find(key);
      return value != token.end() && value->is_boolean() && value->get<bool>();
    };
    TRY(set(file, id, content->get<std::string>(), flag("special") ? TokenKind::kControl : TokenKind::kUserDefined));
    nlohmann::json rules;
    for (const char* rule : {"lstrip", "rstrip", "single_word"}) {
      if (flag(rule)) rules[rule] = true;
    }
    if (rules.empty()) return ok();
    rules["id"] = id;
    rules_.push_back(std::move(rules));
    is_changed_ = true;
    return ok();
  }

  void write() {
    const auto scores = metadata_.get_floats("tokenizer.ggml.scores");
    std::vector<double> all(scores->begin(), scores->end());
    all.resize(tokens_.size(), 0.0);
    metadata_.set_f32s("tokenizer.ggml.scores", std::move(all));
    metadata_.set_strings("tokenizer.ggml.tokens", std::move(tokens_));
    metadata_.set_i32s("tokenizer.ggml.token_type", std::move(kinds_));
    if (rules_.empty()) return;
    nlohmann::json pipeline = nlohmann::json::parse(metadata_.get_string(kPipelineKey).value_or("{}"));
    nlohmann::json& listed = pipeline["added_tokens"];
    for (const nlohmann::json& rules : rules_) listed.push_back(rules);
    metadata_.set_string(kPipelineKey, pipeline.dump());
  }

  std::filesystem::path folder_;
  Metadata& metadata_;
  std::vector<std::string> tokens_;
  std::vector<int64_t> kinds_;
  std::vector<nlohmann::json> rules_;
  bool is_changed_ = false;
};

Result<Metadata> read_tokenizer_model(const std::string& text, const std::filesystem::path& folder) {
  constexpr int64_t kLlama3Ranks = 128000;
  if (!looks_like_sentence_piece(text)) {
    auto ranks = read_tiktoken(text, "llama-bpe", llama3_special_tokens());
    const bool is_llama3 = ranks && std::ssize(*ranks->get_strings("tokenizer.ggml.tokens")) ==
                                        kLlama3Ranks + std::ssize(llama3_special_tokens());
    if (is_llama3) return ranks;
  }
  TRY(Metadata metadata, read_sentence_piece(text));
  TRY(AddedTokens(folder, metadata).read());
  return metadata;
}

// T5's tokenizers end every text; nothing else in their files says so.
bool ends_its_texts(std::string_view tokenizer_class) {
  return tokenizer_class.starts_with("T5Tokenizer") || tokenizer_class.starts_with("MT5Tokenizer");
}

// How texts are cleaned stands beside BERT's vocabulary.
Result<Metadata> read_vocabulary_text(const std::string& text, const std::filesystem::path& folder) {
  TRY(JsonObject config, open_if_there(folder / "tokenizer_config.json"));
  const bool lowercase = config.get_bool("do_lower_case", true);
  const bool strip_accents = config.get_bool("strip_accents", lowercase);
  const bool parts_ideographs = config.get_bool("tokenize_chinese_chars", true);
  TRY(config.status());
  if (!parts_ideographs) {
    return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, config.name(), "tokenize_chinese_chars", "false",
                "true");
  }
  return read_bert_vocabulary(text, lowercase, strip_accents);
}

// GGUF has one EOS, and it is what goes behind a text: where the settings' EOS is another token (Qwen3-Embedding), that
// one ends turns.
void end_texts_with(int64_t id, Metadata& metadata) {
  const auto eos = metadata.get_int("tokenizer.ggml.eos_token_id").value_or(id);
  if (eos == id) return;
  metadata.set_u32("tokenizer.ggml.eot_token_id", static_cast<uint32_t>(eos));
  metadata.set_u32("tokenizer.ggml.eos_token_id", static_cast<uint32_t>(id));
}

// The tokenizer file of `folder`, or an empty path.
std::filesystem::path tokenizer_file(const std::filesystem::path& folder) {
  for (const char* name : {"tokenizer.json", "tokenizer.model", "vocab.txt"}) {
    if (is_there(folder / name)) return folder / name;
  }
  return {};
}

Result<Metadata> read_tokenizer_file(const std::filesystem::path& path) {
  TRY(const std::string text, read_text(path));
  if (path.extension() == ".json") return read_huggingface_tokenizer(text);
  if (path.extension() == ".txt") return read_vocabulary_text(text, path.parent_path());
  return read_tokenizer_model(text, path.parent_path());
}

}  // namespace

Status add_huggingface_tokenizer(const std::string& folder, int64_t vocab_size, Metadata& metadata) {
  const std::filesystem::path at(folder), file = tokenizer_file(at);
  if (file.empty()) return ok();
  TRY(const Metadata tokenizer, read_tokenizer_file(file));
  for (const auto& [key, value] : tokenizer.entries()) metadata.set(key, value);
  const auto tokens = tokenizer.get_strings("tokenizer.ggml.tokens");
  CHECK(tokens);

  TRY(JsonObject tokenizer_config, open_if_there(at / "tokenizer_config.json"));
  TRY(const JsonObject generation_config, open_if_there(at / "generation_config.json"));
  TRY(const JsonObject config, open_if_there(at / "config.json"));
  RoleReader roles(tokenizer_config, generation_config, config, *tokens, metadata);
  // What goes in front of a text of WordPiece, [CLS], no setting calls BOS.
  const bool is_word_piece = metadata.get_string("tokenizer.ggml.model") == "bert";
  if (!is_word_piece) roles.read("bos", "bos");
  const auto behind_texts = metadata.get_bool("tokenizer.ggml.add_eos_token").value_or(false)
                                ? metadata.get_int("tokenizer.ggml.eos_token_id")
                                : std::nullopt;
  roles.read("eos", "eos");
  if (behind_texts) end_texts_with(*behind_texts, metadata);
  roles.read("unk", "unknown");
  roles.read("pad", "padding");
  if (tokenizer_config.has("add_bos_token")) {
    metadata.set_bool("tokenizer.ggml.add_bos_token", tokenizer_config.get_bool("add_bos_token", false));
  }
  if (tokenizer_config.has("add_eos_token")) {
    metadata.set_bool("tokenizer.ggml.add_eos_token", tokenizer_config.get_bool("add_eos_token", false));
  } else if (file.extension() == ".model" && ends_its_texts(tokenizer_config.get_text("tokenizer_class", ""))) {
    metadata.set_bool("tokenizer.ggml.add_eos_token", true);
  }
  TRY(tokenizer_config.status());

  std::string chat_template = find_chat_template(tokenizer_config);
  if (is_there(at / "chat_template.jinja")) { TRY(chat_template, read_text(at / "chat_template.jinja")); }
  if (!chat_template.empty()) metadata.set_string("tokenizer.chat_template", repair_utf8(chat_template).text);
  fill_vocabulary(vocab_size, metadata);
  return ok();
}

Status replace_tokenizer(const std::string& path, int64_t vocab_size, Metadata& metadata) {
  TRY(const Metadata tokenizer, read_tokenizer(path));
  std::vector<std::string> old;
  for (const auto& [key, value] : metadata.entries()) {
    if (key.starts_with("tokenizer.") || key.starts_with("ondol.tokenizer.")) old.push_back(key);
  }
  for (const std::string& key : old) metadata.erase(key);
  for (const auto& [key, value] : tokenizer.entries()) metadata.set(key, value);
  if (!metadata.find("tokenizer.ggml.tokens")) return fail(ErrorKind::kBadInput, msg::kNoTokenizerThere, path);
  fill_vocabulary(vocab_size, metadata);
  return ok();
}

bool is_tokenizer(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return !tokenizer_file(path).empty();
  const std::filesystem::path name = std::filesystem::path(path).filename();
  return name.extension() == ".json" || name.extension() == ".model";
}

Result<Metadata> read_tokenizer(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return read_tokenizer_file(path);
  Metadata metadata;
  TRY(add_huggingface_tokenizer(path, 0, metadata));
  return metadata;
}

Result<Metadata> find_tokenizer(const std::string& path) {
  if (is_tokenizer(path)) return read_tokenizer(path);
  TRY(Checkpoint checkpoint, open_checkpoint(path));
  return std::move(checkpoint.metadata);
}

}  // namespace ondol
