#include "model/import/huggingface_tokenizer.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/check.h"
#include "base/file_map.h"
#include "base/utf8.h"
#include "model/import/json_object.h"
#include "tokenizer/huggingface.h"
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

}  // namespace

Status add_huggingface_tokenizer(const std::string& folder, int64_t vocab_size, Metadata& metadata) {
  const std::filesystem::path at(folder);
  if (!is_there(at / "tokenizer.json")) return ok();
  TRY(const std::string text, read_text(at / "tokenizer.json"));
  TRY(const Metadata tokenizer, read_huggingface_tokenizer(text));
  for (const auto& [key, value] : tokenizer.entries()) metadata.set(key, value);
  const auto tokens = tokenizer.get_strings("tokenizer.ggml.tokens");
  CHECK(tokens);

  TRY(JsonObject tokenizer_config, open_if_there(at / "tokenizer_config.json"));
  TRY(const JsonObject generation_config, open_if_there(at / "generation_config.json"));
  TRY(const JsonObject config, open_if_there(at / "config.json"));
  RoleReader roles(tokenizer_config, generation_config, config, *tokens, metadata);
  roles.read("bos", "bos");
  roles.read("eos", "eos");
  roles.read("unk", "unknown");
  roles.read("pad", "padding");
  if (tokenizer_config.has("add_bos_token")) {
    metadata.set_bool("tokenizer.ggml.add_bos_token", tokenizer_config.get_bool("add_bos_token", false));
  }
  TRY(tokenizer_config.status());

  std::string chat_template = find_chat_template(tokenizer_config);
  if (is_there(at / "chat_template.jinja")) { TRY(chat_template, read_text(at / "chat_template.jinja")); }
  if (!chat_template.empty()) metadata.set_string("tokenizer.chat_template", repair_utf8(chat_template).text);
  fill_vocabulary(vocab_size, metadata);
  return ok();
}

}  // namespace ondol
