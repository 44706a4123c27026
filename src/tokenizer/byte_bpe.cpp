#include "tokenizer/byte_bpe.h"

#include <array>

#include "tokenizer/byte_level.h"
#include "tokenizer/merge.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/vocabulary_tokenizer.h"
#include "tokenizer/word_cache.h"

namespace ondol {
namespace {

constexpr std::string_view kMerges = "tokenizer.ggml.merges";

class ByteBpe final : public VocabularyTokenizer {
 public:
  ByteBpe(Vocabulary vocabulary, PieceTable pieces, const PreTokenizer& pre_tokenizer)
      : VocabularyTokenizer(std::move(vocabulary), std::move(pieces), false), pre_tokenizer_(pre_tokenizer) {}

  Status prepare(const Metadata& metadata);

  std::string_view model() const override { return "gpt2"; }
  std::string_view pre() const override { return pre_tokenizer_.name; }

 protected:
  void encode_text(std::string_view text, std::vector<TokenId>& out) const override;

 private:
  struct Scratch {
    std::vector<Symbol> symbols;
    Merger merger;
  };
  Status read_merges(const Metadata& metadata);
  void prepare_bytes();
  void encode_word(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const;

  const PreTokenizer& pre_tokenizer_;
  MergeTable merges_;
  std::array<int32_t, 256> byte_ids_{};  // -1 where the vocabulary lacks the byte
  std::vector<Merge> byte_merges_;       // [256 * 256] merges of two single bytes: most look-ups, kept close together
};

Status ByteBpe::prepare(const Metadata& metadata) {
  TRY(prepare_special_tokens(metadata));
  TRY(read_merges(metadata));
  prepare_bytes();
  wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(pre_tokenizer_.wants_bos);
  return ok();
}

Status ByteBpe::read_merges(const Metadata& metadata) {
  const auto merges = metadata.get_strings(kMerges);
  if (!merges) return fail(ErrorKind::kCorruptFile, msg::kNoVocabulary, kMerges);
  merges_ = MergeTable(static_cast<int64_t>(merges->size()));
  const PieceTable& entries = vocabulary().entries;
  std::string joined;
  for (size_t rank = 0; rank < merges->size(); ++rank) {
    const std::string_view merge = (*merges)[rank];
    const size_t space = merge.find(' ', 1);
    if (space == std::string_view::npos || space + 1 == merge.size()) {
      return fail(ErrorKind::kCorruptFile, msg::kBadMerge, rank);
    }
    const std::string_view left = merge.substr(0, space), right = merge.substr(space + 1);
    joined.assign(left).append(right);
    const int32_t left_id = entries.find(left), right_id = entries.find(right), id = entries.find(joined);
    if (left_id == PieceTable::kNone || right_id == PieceTable::kNone || id == PieceTable::kNone) continue;
    if (vocabulary().is_silent(id)) continue;  // plain text never becomes a control token
    merges_.add(left_id, right_id, {static_cast<uint32_t>(rank), id});
  }
  return ok();
}

void ByteBpe::prepare_bytes() {
  for (size_t byte = 0; byte < 256; ++byte) byte_ids_[byte] = pieces().find(std::string(1, static_cast<char>(byte)));
  byte_merges_.resize(256 * 256);
  for (size_t i = 0; i < byte_merges_.size(); ++i)
    byte_merges_[i] = merges_.find(byte_ids_[i / 256], byte_ids_[i % 256]);
}

void ByteBpe::encode_text(std::string_view text, std::vector<TokenId>& out) const {
  const auto size_bytes = static_cast<int64_t>(text.size());
  WordCache cache(size_bytes);
  Scratch scratch;
  for (int64_t begin = 0; begin < size_bytes;) {
    const int64_t end = std::min(pre_tokenizer_.scan(text, begin), begin + kMaxWordBytes);
    const std::string_view word = text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
    begin = end;
    const uint64_t hash = hash_text(word);
    if (cache.append(word, hash, out)) continue;
    const size_t first_id = out.size();
    const int32_t whole = pre_tokenizer_.ignore_merges ? pieces().find(word, hash) : PieceTable::kNone;
    if (whole != PieceTable::kNone) out.push_back(static_cast<TokenId>(whole));
    else encode_word(word, scratch, out);
    cache.remember(word, hash, first_id, out);
  }
}

void ByteBpe::encode_word(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const {
  std::vector<Symbol>& symbols = scratch.symbols;
  symbols.clear();
  for (uint32_t i = 0; i < word.size(); ++i) symbols.push_back({i, i + 1, byte_ids_[static_cast<uint8_t>(word[i])]});
  scratch.merger.run(symbols, [&](const Symbol& left, const Symbol& right) {
    if (right.end - left.begin != 2) return merges_.find(left.id, right.id);
    return byte_merges_[static_cast<uint8_t>(word[left.begin]) * 256u + static_cast<uint8_t>(word[right.begin])];
  });
  for (const Symbol& symbol : symbols) {
    if (symbol.id != PieceTable::kNone) out.push_back(static_cast<TokenId>(symbol.id));
    else append_unknown(out);
  }
}

// The bytes each entry stands for.  Only normal entries are words of the language, to be found by their bytes.
PieceTable read_pieces(const Vocabulary& vocabulary) {
  PieceTable pieces(vocabulary.size());
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view entry = vocabulary.entries[id];
    const TokenKind kind = vocabulary.kind(id);
    const auto bytes = kind == TokenKind::kNormal ? entry_to_bytes(entry) : std::nullopt;
    if (bytes) pieces.add(*bytes, true);
    else if (kind == TokenKind::kByte) pieces.add(std::string(1, static_cast<char>(*parse_byte_entry(entry))), true);
    else pieces.add(entry, false);
  }
  return pieces;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> load_byte_bpe(const Metadata& metadata) {
  const std::string_view pre = metadata.get_string("tokenizer.ggml.pre").value_or("default");
  const PreTokenizer* pre_tokenizer = find_pre_tokenizer(pre);
  if (pre_tokenizer == nullptr) return fail(ErrorKind::kUnsupported, msg::kUnknownPreTokenizer, pre);

  TRY(Vocabulary vocabulary, load_vocabulary(metadata, {}));
  PieceTable pieces = read_pieces(vocabulary);
  auto tokenizer = std::make_shared<ByteBpe>(std::move(vocabulary), std::move(pieces), *pre_tokenizer);
  TRY(tokenizer->prepare(metadata));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace ondol
