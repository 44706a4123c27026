#include "tokenizer/bert_vocabulary.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/word_piece.h"

namespace ondol {
namespace {

struct Role {
  std::string_view entry, gguf;  // spelt as in GGUF
  bool is_needed;
};
constexpr Role kRoles[] = {{"[UNK]", "unknown", true},
                           {"[CLS]", "bos", true},
                           {"[SEP]", "seperator", true},
                           {"[PAD]", "padding", false},
                           {"[MASK]", "mask", false}};

std::vector<std::string> entries_of(std::string_view text) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    entries.push_back(repair_utf8(line).text);
  }
  return entries;
}

}  // namespace

Result<Metadata> read_bert_vocabulary(std::string_view text, bool lowercase, bool strip_accents) {
  std::vector<std::string> entries = entries_of(text);
  std::vector<int64_t> kinds(entries.size(), static_cast<int64_t>(TokenKind::kNormal));
  Metadata metadata;
  for (const Role& role : kRoles) {
    const auto entry = std::find(entries.begin(), entries.end(), role.entry);
    if (entry == entries.end()) {
      if (role.is_needed) return fail(ErrorKind::kCorruptFile, msg::kBertEntryMissing, role.entry);
      continue;
    }
    const auto id = entry - entries.begin();
    kinds[static_cast<size_t>(id)] = static_cast<int64_t>(TokenKind::kControl);
    metadata.set_u32(fmt::format("tokenizer.ggml.{}_token_id", role.gguf), static_cast<uint32_t>(id));
  }
  for (size_t id = 0; id < entries.size(); ++id) {
    const bool is_role = kinds[id] == static_cast<int64_t>(TokenKind::kControl);
    if (!is_role) entries[id] = word_piece_entry(std::move(entries[id]), "##");
  }
  metadata.set_string("tokenizer.ggml.model", "bert");
  metadata.set_string("tokenizer.ggml.pre", "default");
  metadata.set_bool("tokenizer.ggml.normalizer.lowercase", lowercase);
  metadata.set_bool("tokenizer.ggml.normalizer.strip_accents", strip_accents);
  metadata.set_bool("tokenizer.ggml.add_bos_token", true);
  metadata.set_bool("tokenizer.ggml.add_sep_token", true);
  metadata.set_strings("tokenizer.ggml.tokens", std::move(entries));
  metadata.set_i32s("tokenizer.ggml.token_type", std::move(kinds));
  return metadata;
}

}  // namespace ondol
