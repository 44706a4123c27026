#include "tokenizer/tiktoken.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "tokenizer/base64.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/piece_table.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_messages.h"

namespace ondol {
namespace {

constexpr int64_t kMaxEntryBytes = 512;  // twice the longest in use; bounds the number of splits

struct RankLine {
  std::string bytes;
  int64_t rank;
};

std::optional<RankLine> parse_line(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  auto bytes = decode_base64(line.substr(0, space));
  const std::string_view digits = line.substr(space + 1);
  int64_t rank = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), rank);
  if (!bytes || bytes->empty() || static_cast<int64_t>(bytes->size()) > kMaxEntryBytes || error != std::errc() ||
      end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return RankLine{std::move(*bytes), rank};
}

// Every split of every entry into two entries.  The splits of one entry are ordered by their parts' ranks.
std::vector<std::string> merges_of(const PieceTable& entries) {
  std::vector<std::string> merges;
  std::vector<std::pair<int32_t, int32_t>> splits;
  for (int64_t rank = 0; rank < entries.size(); ++rank) {
    const std::string_view bytes = entries[rank];
    splits.clear();
    for (size_t n = 1; n < bytes.size(); ++n) {
      const int32_t left = entries.find(bytes.substr(0, n)), right = entries.find(bytes.substr(n));
      if (left != PieceTable::kNone && right != PieceTable::kNone) splits.emplace_back(left, right);
    }
    std::sort(splits.begin(), splits.end());
    for (const auto& [left, right] : splits) {
      merges.push_back(bytes_to_entry(entries[left]) + " " + bytes_to_entry(entries[right]));
    }
  }
  return merges;
}

}  // namespace

Result<Metadata> read_tiktoken(std::string_view ranks, std::string_view pre,
                               std::span<const std::string> special_tokens) {
  PieceTable entries(1 + std::count(ranks.begin(), ranks.end(), '\n'));
  std::vector<std::string> tokens;
  for (int64_t line_number = 1; !ranks.empty(); ++line_number) {
    const size_t end = std::min(ranks.find('\n'), ranks.size());
    std::string_view line = ranks.substr(0, end);
    ranks.remove_prefix(std::min(end + 1, ranks.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto entry = parse_line(line);
    if (!entry || entry->rank != entries.size()) return fail(ErrorKind::kCorruptFile, msg::kBadRankLine, line_number);
    entries.add(entry->bytes, true);
    tokens.push_back(bytes_to_entry(entry->bytes));
  }
  std::vector<int64_t> kinds(tokens.size(), static_cast<int64_t>(TokenKind::kNormal));
  tokens.insert(tokens.end(), special_tokens.begin(), special_tokens.end());
  kinds.resize(tokens.size(), static_cast<int64_t>(TokenKind::kControl));

  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", "gpt2");
  metadata.set_string("tokenizer.ggml.pre", std::string(pre));
  metadata.set_strings("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set_i32s("tokenizer.ggml.token_type", std::move(kinds));
  metadata.set_strings("tokenizer.ggml.merges", merges_of(entries));
  return metadata;
}

std::vector<std::string> llama3_special_tokens() {
  constexpr int kSpecialTokens = 256;
  std::vector<std::string> tokens{"<|begin_of_text|>",
                                  "<|end_of_text|>",
                                  "<|reserved_special_token_0|>",
                                  "<|reserved_special_token_1|>",
                                  "<|finetune_right_pad_id|>",
                                  "<|reserved_special_token_2|>",
                                  "<|start_header_id|>",
                                  "<|end_header_id|>",
                                  "<|eom_id|>",
                                  "<|eot_id|>",
                                  "<|python_tag|>"};
  for (int i = 3; static_cast<int>(tokens.size()) < kSpecialTokens; ++i) {
    tokens.push_back("<|reserved_special_token_" + std::to_string(i) + "|>");
  }
  return tokens;
}

}  // namespace ondol
