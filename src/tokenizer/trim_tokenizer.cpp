#include "tokenizer/trim_tokenizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/utf8.h"
#include "tokenizer/piece_table.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/vocabulary.h"

namespace ondol {
namespace {

constexpr std::string_view kMerges = "tokenizer.ggml.merges";
// What has a value for every token.
constexpr std::string_view kPerToken[] = {"tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type",
                                          "ondol.tokenizer.scores"};

bool is_per_token(std::string_view key) {
  return std::find(std::begin(kPerToken), std::end(kPerToken), key) != std::end(kPerToken);
}
bool is_token_id(std::string_view key) { return key.starts_with("tokenizer.") && key.ends_with("_token_id"); }
bool is_token_list(std::string_view key) {
  return key.starts_with("tokenizer.") && (key.ends_with("_token_ids") || key.ends_with("suppress_tokens"));
}

// The characters of an entry, one by one.
template <class OnCharacter>
void for_each_character(std::string_view entry, OnCharacter&& on_character) {
  while (!entry.empty()) {
    const auto n = static_cast<size_t>(decode_code_point(entry).length_bytes);
    on_character(entry.substr(0, n));
    entry.remove_prefix(n);
  }
}

bool is_one_character(std::string_view text) {
  return !text.empty() && static_cast<size_t>(decode_code_point(text).length_bytes) == text.size();
}

// Whether what has no entry is spelt in bytes, and all bytes of UTF-8 are there.
bool spells_bytes(const Tokenizer& tokenizer, const Pipeline* pipeline) {
  const bool has_own_model = pipeline != nullptr && pipeline->model.kind != WordModel::Kind::kOfFile;
  const bool falls_back =
      tokenizer.model() == "gpt2" || (has_own_model ? pipeline->model.byte_fallback : tokenizer.model() == "llama");
  if (!falls_back) return false;
  std::vector<bool> has(256, false);
  for (int64_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const std::string piece = tokenizer.piece(static_cast<TokenId>(id));
    if (piece.size() == 1) has[static_cast<uint8_t>(piece[0])] = true;
  }
  for (size_t byte = 0x80; byte < 0xF5; ++byte) {
    if (byte != 0xC0 && byte != 0xC1 && !has[byte]) return false;
  }
  return true;
}

// The rules of added tokens name these by their number.
std::string renumber_pipeline(std::string_view text, const std::vector<int32_t>& new_ids) {
  auto pipeline = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!pipeline.is_object()) return std::string(text);
  const auto renumber = [&](nlohmann::ordered_json& object, const char* key) {
    const auto id = object.find(key);
    if (id == object.end() || !id->is_number_unsigned()) return true;
    const auto old = id->get<uint64_t>();
    if (old >= new_ids.size() || new_ids[old] < 0) return false;
    *id = new_ids[old];
    return true;
  };
  if (const auto model = pipeline.find("model"); model != pipeline.end() && model->is_object()) {
    renumber(*model, "unk_id");
  }
  if (const auto added = pipeline.find("added_tokens"); added != pipeline.end() && added->is_array()) {
    auto kept = nlohmann::ordered_json::array();
    for (auto& token : *added) {
      if (token.is_object() && renumber(token, "id")) kept.push_back(std::move(token));
    }
    *added = std::move(kept);
  }
  return pipeline.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<TokenizerTrim> TokenizerTrim::create(const Metadata& metadata) {
  TokenizerTrim trim(metadata);
  TRY(trim.tokenizer_, load_tokenizer(metadata));
  TRY(const std::optional<Pipeline> pipeline, read_pipeline(metadata));
  const bool marks_words = pipeline && (!pipeline->model.inner_prefix.empty() || !pipeline->model.end_suffix.empty());
  if (trim.tokenizer_->model() == "bert" || (marks_words && pipeline->model.kind == WordModel::Kind::kBpe)) {
    return fail(ErrorKind::kUnsupported, msg::kCannotTrim);
  }
  trim.spells_in_bytes_ = spells_bytes(*trim.tokenizer_, pipeline ? &*pipeline : nullptr);
  trim.required_.assign(static_cast<size_t>(trim.tokenizer_->vocab_size()), 0);
  trim.read_merges();
  trim.require_special();
  trim.require_characters();
  trim.require_named();
  if (trim.tokenizer_->model() == "t5") trim.require_worst_score();
  return trim;
}

void TokenizerTrim::read_merges() {
  const auto lines = metadata_->get_strings(kMerges);
  if (!lines) return;
  const auto tokens = *metadata_->get_strings("tokenizer.ggml.tokens");
  PieceTable entries(std::ssize(tokens));
  for (const std::string& token : tokens) entries.add(token, true);
  for (const std::string_view line : *lines) {
    const size_t space = line.find(' ', 1);
    if (space == std::string_view::npos) {
      merges_.push_back({-1, -1, -1});
      continue;
    }
    const std::string_view left = line.substr(0, space), right = line.substr(space + 1);
    merges_.push_back({entries.find(left), entries.find(right), entries.find(std::string(left).append(right))});
  }
}

void TokenizerTrim::require_special() {
  for (size_t id = 0; id < required_.size(); ++id) {
    const TokenKind kind = tokenizer_->kind(static_cast<TokenId>(id));
    const bool is_byte = parse_byte_entry(tokenizer_->text(static_cast<TokenId>(id))).has_value();
    if ((kind != TokenKind::kNormal && kind != TokenKind::kUnused) || is_byte) required_[id] = 1;
  }
}

// ASCII and single bytes always; where bytes cannot spell the rest, every character that has an entry, and every entry
// that is the only way to spell one of its characters.
void TokenizerTrim::require_characters() {
  for (size_t id = 0; id < required_.size(); ++id) {
    const auto token = static_cast<TokenId>(id);
    if (tokenizer_->kind(token) != TokenKind::kNormal) continue;
    if (tokenizer_->piece(token).size() == 1) required_[id] = 1;
    if (spells_in_bytes_) continue;
    bool is_needed = is_one_character(tokenizer_->text(token));
    for_each_character(tokenizer_->text(token),
                       [&](std::string_view character) { is_needed = is_needed || !tokenizer_->find(character); });
    if (is_needed) required_[id] = 1;
  }
}

void TokenizerTrim::require_worst_score() {
  const auto exact = metadata_->get_floats("ondol.tokenizer.scores");
  const auto scores = exact ? exact : metadata_->get_floats("tokenizer.ggml.scores");
  if (!scores) return;
  std::optional<size_t> worst;
  for (size_t id = 0; id < required_.size(); ++id) {
    if (tokenizer_->kind(static_cast<TokenId>(id)) != TokenKind::kNormal) continue;
    if (!worst || (*scores)[id] < (*scores)[*worst]) worst = id;
  }
  if (worst) required_[*worst] = 1;
}

void TokenizerTrim::require_named() {
  const auto require = [&](int64_t id) {
    if (id >= 0 && id < std::ssize(required_)) required_[static_cast<size_t>(id)] = 1;
  };
  for (const auto& [key, value] : metadata_->entries()) {
    if (is_token_id(key)) require(metadata_->get_int(key).value_or(-1));
    if (!is_token_list(key)) continue;
    if (const auto ids = metadata_->get_ints(key)) std::for_each(ids->begin(), ids->end(), require);
  }
  for (const auto role : {tokenizer_->bos, tokenizer_->eos, tokenizer_->eot, tokenizer_->unk, tokenizer_->pad}) {
    if (role) require(static_cast<int64_t>(*role));
  }
}

Metadata TokenizerTrim::apply(const std::vector<uint8_t>& kept) const {
  CHECK(kept.size() == required_.size());
  std::vector<int32_t> new_ids(kept.size(), -1);
  int32_t n_kept = 0;
  for (size_t id = 0; id < kept.size(); ++id) {
    CHECK(kept[id] != 0 || required_[id] == 0);
    if (kept[id] != 0) new_ids[id] = n_kept++;
  }
  const auto new_id = [&](int64_t id) {
    return id >= 0 && id < std::ssize(new_ids) ? int64_t{new_ids[static_cast<size_t>(id)]} : -1;
  };
  const auto of_kept = [&]<class T>(const std::vector<T>& values) {
    std::vector<T> out;
    for (size_t id = 0; id < std::min(values.size(), kept.size()); ++id) {
      if (kept[id] != 0) out.push_back(values[id]);
    }
    return out;
  };

  Metadata out;
  for (const auto& [key, value] : metadata_->entries()) {
    if (key == kMerges || key == "tokenizer.huggingface.json") continue;  // the latter is of the old vocabulary
    MetaValue trimmed{.type = value.type, .element_type = value.element_type};
    if (is_per_token(key)) {
      if (const auto* strings = std::get_if<std::vector<std::string>>(&value.value)) trimmed.value = of_kept(*strings);
      else if (const auto* floats = std::get_if<std::vector<double>>(&value.value)) trimmed.value = of_kept(*floats);
      else if (const auto* ints = std::get_if<std::vector<int64_t>>(&value.value)) trimmed.value = of_kept(*ints);
    } else if (is_token_id(key) && std::holds_alternative<int64_t>(value.value)) {
      const int64_t id = new_id(std::get<int64_t>(value.value));
      if (id < 0) continue;
      trimmed.value = id;
    } else if (is_token_list(key) && std::holds_alternative<std::vector<int64_t>>(value.value)) {
      std::vector<int64_t> ids;
      for (const int64_t id : std::get<std::vector<int64_t>>(value.value)) {
        if (new_id(id) >= 0) ids.push_back(new_id(id));
      }
      trimmed.value = std::move(ids);
    } else if (key == kPipelineKey && std::holds_alternative<std::string>(value.value)) {
      trimmed.value = renumber_pipeline(std::get<std::string>(value.value), new_ids);
    } else {
      trimmed.value = value.value;
    }
    out.set(key, std::move(trimmed));
  }
  if (const auto lines = metadata_->get_strings(kMerges)) {
    std::vector<std::string> left;
    for (size_t i = 0; i < merges_.size(); ++i) {
      const Merge& merge = merges_[i];
      if (new_id(merge.left) >= 0 && new_id(merge.right) >= 0 && new_id(merge.joined) >= 0) left.push_back((*lines)[i]);
    }
    out.set_strings(kMerges, std::move(left));
  }
  // What the file left to the numbers its kind of tokenizer is known by.
  const std::pair<std::string_view, std::optional<TokenId>> roles[] = {
      {"bos", tokenizer_->bos}, {"eos", tokenizer_->eos}, {"unknown", tokenizer_->unk}, {"padding", tokenizer_->pad}};
  for (const auto& [role, id] : roles) {
    const std::string key = "tokenizer.ggml." + std::string(role) + "_token_id";
    if (id && !out.find(key)) out.set_u32(key, static_cast<uint32_t>(new_id(static_cast<int64_t>(*id))));
  }
  const std::string vocab_size = std::string(out.get_string("general.architecture").value_or("")) + ".vocab_size";
  if (out.find(vocab_size)) out.set_u32(vocab_size, static_cast<uint32_t>(n_kept));
  return out;
}

}  // namespace ondol
