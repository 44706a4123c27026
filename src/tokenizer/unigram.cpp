#include "tokenizer/unigram.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/utf8.h"
#include "tokenizer/piece_trie.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/word_tokenizer.h"

namespace ondol {
namespace {

constexpr double kUnknownPenalty = 10;  // below the worst score of an entry, as in SentencePiece

// A text that nothing cuts stays one word: which of two equal sums wins is a matter of rounding, and that depends on
// what stands in front.
class Unigram final : public WordTokenizer {
 public:
  Unigram(Vocabulary vocabulary, PieceTable pieces, Pipeline& pipeline)
      : WordTokenizer(std::move(vocabulary), std::move(pieces), pipeline.decode.drops_first_space,
                      std::move(pipeline.splitter)),
        byte_fallback_(pipeline.model.byte_fallback),
        single_precision_(pipeline.model.single_precision) {}

  Status prepare(const Metadata& metadata, Pipeline& pipeline);

  std::string_view model() const override { return "t5"; }

 protected:
  void encode_word(std::string_view word, uint64_t hash, Scratch& scratch, std::vector<TokenId>& out) const override;
  int64_t max_word_bytes() const override { return int64_t{1} << 20; }  // a path takes 16 bytes for each of the word's

 private:
  // The best way to spell a word up to some byte.
  struct Path {
    double score;
    int32_t begin;  // of its last entry; -1 where no entry ends
    int32_t id;
  };
  Status read_scores(const Metadata& metadata);
  double add(double sum, double score) const;
  void append_unknown_text(std::string_view text, std::vector<TokenId>& out) const;

  bool byte_fallback_;
  bool single_precision_;
  PieceTrie trie_;
  std::vector<double> scores_;  // [vocab_size]
  double unknown_score_ = 0;
  std::array<int32_t, 256> byte_ids_{};
};

Status Unigram::prepare(const Metadata& metadata, Pipeline& pipeline) {
  TRY(prepare_special_tokens(metadata, &pipeline));
  TRY(read_scores(metadata));
  byte_ids_.fill(PieceTable::kNone);
  std::vector<std::pair<std::string_view, int32_t>> entries;
  double worst = std::numeric_limits<double>::infinity();
  for (int64_t id = 0; id < vocab_size(); ++id) {
    const TokenKind kind = vocabulary().kind(id);
    const std::string_view entry = vocabulary().entries[id];
    if (kind == TokenKind::kNormal) worst = std::min(worst, scores_[static_cast<size_t>(id)]);
    if (const auto byte = parse_byte_entry(entry)) byte_ids_[*byte] = static_cast<int32_t>(id);
    if (kind == TokenKind::kNormal || kind == TokenKind::kUserDefined) {
      entries.emplace_back(entry, static_cast<int32_t>(id));
    }
  }
  trie_ = PieceTrie(std::move(entries));
  unknown_score_ = (worst < std::numeric_limits<double>::infinity() ? worst : 0) - kUnknownPenalty;
  wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(false);
  if (metadata.get_bool("tokenizer.ggml.add_eos_token").value_or(true)) after_text_ = eos;  // T5 ends its texts
  return ok();
}

// ondol.tokenizer.scores has the scores where 32 bits do not hold them.
Status Unigram::read_scores(const Metadata& metadata) {
  scores_.assign(vocabulary().scores.begin(), vocabulary().scores.end());
  if (const auto exact = metadata.get_floats("ondol.tokenizer.scores")) scores_.assign(exact->begin(), exact->end());
  if (std::ssize(scores_) != vocab_size()) {
    return fail(ErrorKind::kCorruptFile, msg::kVocabularyLength, "tokenizer.ggml.scores", scores_.size(), vocab_size());
  }
  for (size_t id = 0; id < scores_.size(); ++id) {
    if (!(scores_[id] > -1e30 && scores_[id] < 1e30)) return fail(ErrorKind::kCorruptFile, msg::kScoreNotANumber, id);
    if (vocabulary().kinds[id] == TokenKind::kUserDefined) scores_[id] = 0;  // always preferred
  }
  return ok();
}

double Unigram::add(double sum, double score) const {
  return single_precision_ ? static_cast<float>(sum) + static_cast<float>(score) : sum + score;
}

void Unigram::append_unknown_text(std::string_view text, std::vector<TokenId>& out) const {
  const bool in_bytes = byte_fallback_ && std::all_of(text.begin(), text.end(), [&](char c) {
                          return byte_ids_[static_cast<uint8_t>(c)] != PieceTable::kNone;
                        });
  if (!in_bytes) return append_unknown(out);
  for (const char c : text) out.push_back(static_cast<TokenId>(byte_ids_[static_cast<uint8_t>(c)]));
}

void Unigram::encode_word(std::string_view word, uint64_t, Scratch&, std::vector<TokenId>& out) const {
  constexpr int32_t kUnknown = -1;
  std::vector<Path> paths(word.size() + 1, Path{0, -1, kUnknown});
  const auto offer = [&](size_t begin, size_t end, double score, int32_t id) {
    Path& path = paths[end];
    const double sum = add(paths[begin].score, score);
    if (path.begin < 0 || sum > path.score) path = {sum, static_cast<int32_t>(begin), id};
  };
  for (size_t begin = 0, next; begin < word.size(); begin = next) {
    const std::string_view left = word.substr(begin);
    const auto n_bytes = static_cast<size_t>(decode_code_point(left.substr(0, 4)).length_bytes);
    next = begin + n_bytes;
    bool has_character = false;
    trie_.walk(left, [&](size_t length, int32_t id) {
      offer(begin, begin + length, scores_[static_cast<size_t>(id)], id);
      has_character = has_character || length == n_bytes;
    });
    if (!has_character) offer(begin, next, unknown_score_, kUnknown);
  }

  // From the end back; what is unknown side by side is one text.
  std::vector<TextRange> ranges;
  for (auto end = static_cast<int32_t>(word.size()); end > 0; end = paths[static_cast<size_t>(end)].begin) {
    const Path& path = paths[static_cast<size_t>(end)];
    const bool joins =
        path.id == kUnknown && !ranges.empty() && paths[static_cast<size_t>(ranges.back().end)].id == kUnknown;
    if (joins) ranges.back().begin = path.begin;
    else ranges.push_back({path.begin, end});
  }
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    const int32_t id = paths[static_cast<size_t>(range->end)].id;
    if (id != kUnknown) out.push_back(static_cast<TokenId>(id));
    else append_unknown_text(word.substr(static_cast<size_t>(range->begin), size_t(range->end - range->begin)), out);
  }
}

// What llama.cpp does with a file that has no pipeline.
Result<Pipeline> default_pipeline(const Metadata& metadata) {
  const auto flag = [&](std::string_view key) { return metadata.get_bool(key).value_or(false) ? "true" : "false"; };
  const std::string json = fmt::format(
      R"({{"normalizer": {{"type": "SentencePiece", "add_dummy_prefix": {}, "remove_extra_whitespaces": {}}},)"
      R"("model": {{"type": "Unigram"}}}})",
      flag("tokenizer.ggml.add_space_prefix"), flag("tokenizer.ggml.remove_extra_whitespaces"));
  TRY(Pipeline pipeline, read_pipeline(json, read_charsmap_bytes(metadata)));
  pipeline.decode.drops_first_space = metadata.get_bool("tokenizer.ggml.add_space_prefix").value_or(false);
  return pipeline;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> load_unigram(const Metadata& metadata, Pipeline* pipeline) {
  std::optional<Pipeline> of_file;
  if (pipeline == nullptr || pipeline->model.kind != WordModel::Kind::kUnigram) {
    TRY(of_file, default_pipeline(metadata));
    pipeline = &*of_file;
  }
  SpecialIds defaults;
  if (of_file) defaults = {.eos = TokenId{1}, .unk = TokenId{2}, .pad = TokenId{0}};  // T5's
  TRY(Vocabulary vocabulary, load_vocabulary(metadata, defaults));
  PieceTable pieces = read_pieces(vocabulary, pipeline->decode);
  auto tokenizer = std::make_shared<Unigram>(std::move(vocabulary), std::move(pieces), *pipeline);
  TRY(tokenizer->prepare(metadata, *pipeline));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace ondol
