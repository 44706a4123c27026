#include "tokenizer/byte_bpe.h"

#include <array>

#include "base/utf8.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/merge_path.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/word_tokenizer.h"

namespace ondol {
namespace {

class ByteBpe final : public WordTokenizer {
 public:
  ByteBpe(Vocabulary vocabulary, PieceTable pieces, Splitter splitter, bool adds_space, std::string_view pre,
          bool ignore_merges)
      : WordTokenizer(std::move(vocabulary), std::move(pieces), adds_space, std::move(splitter)),
        pre_(pre),
        ignore_merges_(ignore_merges) {}

  Status prepare(const Metadata& metadata, bool wants_bos_by_default, Pipeline* pipeline);

  std::string_view model() const override { return "gpt2"; }
  std::string_view pre() const override { return pre_; }
  std::vector<TokenId> path(TokenId id) const override;

 protected:
  void encode_word(std::string_view word, uint64_t hash, Scratch& scratch, std::vector<TokenId>& out) const override;

 private:
  void prepare_bytes();
  template <class OnMerge>
  void merge(std::string_view word, Scratch& scratch, OnMerge&& on_merge) const;

  std::string pre_;
  bool ignore_merges_;
  MergeTable merges_;
  std::array<int32_t, 256> byte_ids_{};  // -1 where the vocabulary lacks the byte
  std::vector<Merge> byte_merges_;       // [256 * 256] merges of two single bytes: most look-ups, kept close together
};

Status ByteBpe::prepare(const Metadata& metadata, bool wants_bos_by_default, Pipeline* pipeline) {
  TRY(prepare_special_tokens(metadata, pipeline));
  TRY(merges_, read_merges(metadata, vocabulary(), ""));
  prepare_bytes();
  wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(wants_bos_by_default);
  return ok();
}

void ByteBpe::prepare_bytes() {
  for (size_t byte = 0; byte < 256; ++byte) byte_ids_[byte] = pieces().find(std::string(1, static_cast<char>(byte)));
  byte_merges_.resize(256 * 256);
  for (size_t i = 0; i < byte_merges_.size(); ++i)
    byte_merges_[i] = merges_.find(byte_ids_[i / 256], byte_ids_[i % 256]);
}

// Leaves the symbols of `word` in `scratch`.
template <class OnMerge>
void ByteBpe::merge(std::string_view word, Scratch& scratch, OnMerge&& on_merge) const {
  std::vector<Symbol>& symbols = scratch.symbols;
  symbols.clear();
  for (uint32_t i = 0; i < word.size(); ++i) symbols.push_back({i, i + 1, byte_ids_[static_cast<uint8_t>(word[i])]});
  const auto find = [&](const Symbol& left, const Symbol& right) {
    if (right.end - left.begin != 2) return merges_.find(left.id, right.id);
    return byte_merges_[static_cast<uint8_t>(word[left.begin]) * 256u + static_cast<uint8_t>(word[right.begin])];
  };
  scratch.merger.run(symbols, find, on_merge);
}

void ByteBpe::encode_word(std::string_view word, uint64_t hash, Scratch& scratch, std::vector<TokenId>& out) const {
  if (ignore_merges_) {
    if (const int32_t whole = pieces().find(word, hash); whole != PieceTable::kNone) {
      out.push_back(static_cast<TokenId>(whole));
      return;
    }
  }
  merge(word, scratch, Merger::IgnoreMerge());
  for (const Symbol& symbol : scratch.symbols) {
    if (symbol.id != PieceTable::kNone) out.push_back(static_cast<TokenId>(symbol.id));
    else append_unknown(out);
  }
}

std::vector<TokenId> ByteBpe::path(TokenId id) const {
  if (kind(id) != TokenKind::kNormal) return {id};
  MergePath path(id);
  Scratch scratch;
  const std::string_view word = pieces()[static_cast<int64_t>(id)];
  for (const char byte : word) path.pass(byte_ids_[static_cast<uint8_t>(byte)]);
  merge(word, scratch, [&](int32_t passed) { path.pass(passed); });
  return std::move(path).finish(scratch.symbols);
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

Result<std::shared_ptr<const Tokenizer>> load_byte_bpe(const Metadata& metadata, Pipeline* pipeline) {
  const std::string pre(metadata.get_string("tokenizer.ggml.pre").value_or("default"));
  Splitter splitter;
  bool adds_space = false, ignore_merges = false, wants_bos = false;
  if (pipeline != nullptr && pipeline->model.kind == WordModel::Kind::kBpe) {
    splitter = std::move(pipeline->splitter);
    adds_space = splitter.adds_prefix();
    ignore_merges = pipeline->model.ignore_merges;
  } else {
    const PreTokenizer* known = find_pre_tokenizer(pre);
    if (known == nullptr) return fail(ErrorKind::kUnsupported, msg::kUnknownPreTokenizer, printable(pre));
    TRY(splitter,
        known->scan != nullptr ? Splitter::of_scanner(known->scan) : Splitter::of_expressions(known->expressions));
    ignore_merges = known->ignore_merges;
    wants_bos = known->wants_bos;
  }
  TRY(Vocabulary vocabulary, load_vocabulary(metadata, {}));
  PieceTable pieces = read_pieces(vocabulary);
  auto tokenizer = std::make_shared<ByteBpe>(std::move(vocabulary), std::move(pieces), std::move(splitter), adds_space,
                                             pre, ignore_merges);
  TRY(tokenizer->prepare(metadata, wants_bos, pipeline));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace ondol
