#include "tokenizer/train_bpe.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "base/utf8.h"
#include "tokenizer/huggingface.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/trained_tokenizer.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;
const fs::path kGolden = fs::path(ONDOL_SOURCE_DIR) / "tests" / "golden" / "tokenizer";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string repeated(std::string_view text, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text;
  return out;
}

WordCounts words_of(std::string_view text, bool splits_punctuation = false) {
  WordCounts words(splits_punctuation);
  words.add(text);
  return words;
}

std::vector<std::string> list(const WordCounts& words) {
  std::vector<std::string> all;
  for (int64_t i = 0; i < words.size(); ++i) all.push_back(fmt::format("{}*{}", words.word(i), words.count(i)));
  return all;
}

BpeVocabulary train(std::string_view text, BpeTrainingOptions options) {
  auto vocabulary = train_bpe(words_of(text), options, nullptr);
  EXPECT_TRUE(vocabulary) << vocabulary.error().message;
  return vocabulary ? *vocabulary : BpeVocabulary();
}

std::vector<std::string> pieces_of(const BpeVocabulary& vocabulary) {
  std::vector<std::string> pieces;
  for (const auto& [left, right] : vocabulary.merges) pieces.push_back(left + right);
  return pieces;
}

std::shared_ptr<const Tokenizer> load(const BpeVocabulary& vocabulary) {
  auto tokenizer = load_tokenizer(tokenizer_metadata(vocabulary, ""));
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return *tokenizer;
}

std::vector<std::string> encode(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::string> pieces;
  for (const TokenId id : tokenizer.encode(text)) pieces.push_back(tokenizer.piece(id));
  return pieces;
}

std::string refusal(std::string_view text, const BpeTrainingOptions& options) {
  const auto vocabulary = train_bpe(words_of(text), options, nullptr);
  return vocabulary ? "" : vocabulary.error().message;
}

TEST(WordCounts, CutsAtSpacesDigitsAndLineEnds) {
  EXPECT_EQ(list(words_of("그 때 그 12월\n그")),
            (std::vector<std::string>{"그*2", "▁때*1", "▁그*1", "▁*1", "1*1", "2*1", "월*1", "\n*1"}));
  EXPECT_EQ(list(words_of("a  b")), (std::vector<std::string>{"a*1", "▁*1", "▁b*1"}));
  EXPECT_EQ(list(words_of("a\u2581b")), (std::vector<std::string>{"a*1", "▁b*1"}));
}

TEST(WordCounts, KeepsPunctuationApartWhereAsked) {
  EXPECT_EQ(list(words_of("{\"on\":true}")), (std::vector<std::string>{"{\"on\":true}*1"}));
  EXPECT_EQ(list(words_of("{\"on\":true} 네!", true)),
            (std::vector<std::string>{"{\"*1", "on*1", "\":*1", "true*1", "}*1", "▁네*1", "!*1"}));
}

TEST(WordCounts, CountsManyWords) {
  WordCounts words;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5000; ++i) {
      std::string word = "w";
      for (const char digit : std::to_string(i)) word += static_cast<char>(digit - '0' + 'a');
      words.add(word);
    }
  }
  EXPECT_EQ(words.size(), 5000);
  for (int64_t i = 0; i < words.size(); ++i) EXPECT_EQ(words.count(i), 2);
}

// The example of Sennrich et al. 2016, section 3.2, without its end-of-word mark.
TEST(TrainBpe, MergesTheMostFrequentPairFirst) {
  const std::string text =
      repeated("low\n", 5) + repeated("lower\n", 2) + repeated("newest\n", 6) + repeated("widest\n", 3);
  const BpeVocabulary vocabulary = train(text, {.vocab_size = 259 + 10 + 8, .character_coverage = 1});
  EXPECT_EQ(pieces_of(vocabulary), (std::vector<std::string>{"es", "est", "lo", "low", "ew", "new", "newest", "id"}));
  EXPECT_EQ(vocabulary.characters.size(), 10u);
  EXPECT_EQ(vocabulary.characters.front(), "e");
  EXPECT_EQ(vocabulary.size(), 277);
}

TEST(TrainBpe, EncodesAsItsMergesSay) {
  const std::string text = read_file(kGolden / "train_bpe.txt");
  const BpeVocabulary vocabulary = train(text, {.vocab_size = 1200, .character_coverage = 1});
  const auto tokenizer = load(vocabulary);
  const WordCounts words = words_of(text);
  for (int64_t i = 0; i < words.size(); ++i) {
    if (words.word(i) == "\n") continue;  // a byte
    std::vector<std::string> pieces;
    for (std::string_view rest = words.word(i); !rest.empty();) {
      pieces.emplace_back(rest.substr(0, static_cast<size_t>(decode_code_point(rest).length_bytes)));
      rest.remove_prefix(pieces.back().size());
    }
    for (const auto& [left, right] : vocabulary.merges) {
      for (size_t at = 0; at + 1 < pieces.size(); ++at) {
        if (pieces[at] != left || pieces[at + 1] != right) continue;
        pieces[at] += right;
        pieces.erase(pieces.begin() + static_cast<ptrdiff_t>(at) + 1);
      }
    }
    std::vector<std::string> entries;
    for (const TokenId id : tokenizer->encode(words.word(i))) entries.emplace_back(tokenizer->text(id));
    EXPECT_EQ(entries, pieces);
  }
}

// tools/reference/train_bpe_goldens.py
TEST(TrainBpe, LearnsWhatSentencePieceLearns) {
  const BpeVocabulary vocabulary =
      train(read_file(kGolden / "train_bpe.txt"), {.vocab_size = 800, .special_tokens = {"<|user|>"}});
  const Metadata metadata = tokenizer_metadata(vocabulary, "");
  const auto ours = *metadata.get_strings("tokenizer.ggml.tokens");
  std::ifstream golden(kGolden / "train_bpe.vocab");
  std::vector<std::string> theirs;
  for (std::string line; std::getline(golden, line);) theirs.push_back(line);
  EXPECT_EQ(std::vector<std::string>(ours.begin(), ours.end()), theirs);
}

TEST(TrainBpe, GivesEveryTextBack) {
  const auto tokenizer = load(train("가나다 abc {\"on\":1} 가나다 abc", {.vocab_size = 300}));
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      constexpr uint32_t kTops[] = {0x7F, 0x7FF, 0xD7FF, 0x10FFFF};
      const uint32_t code_point = static_cast<uint32_t>(random()) % (kTops[random() % 4] + 1);
      const bool is_text = (code_point < 0xD800 || code_point > 0xDFFF) && code_point != 0x2581;
      append_code_point(text, is_text ? code_point : ' ');
    }
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
  }
}

TEST(TrainBpe, MergesNeitherDigitsNorLineEnds) {
  const BpeVocabulary vocabulary = train(repeated("24\n24\n도도\t도도", 9), {.vocab_size = 300});
  EXPECT_EQ(pieces_of(vocabulary), (std::vector<std::string>{"도도"}));
  EXPECT_EQ(encode(*load(vocabulary), "24도도\n"), (std::vector<std::string>{"2", "4", "도도", "\n"}));
}

TEST(TrainBpe, LeavesRareCharactersToBytes) {
  const std::string text = repeated("가나", 100) + "힣";
  EXPECT_EQ(train(text, {.vocab_size = 270, .character_coverage = 0.99}).characters.size(), 2u);
  EXPECT_EQ(train(text, {.vocab_size = 270, .character_coverage = 1}).characters.size(), 3u);
}

TEST(TrainBpe, MakesNoPieceThatReadsLikeAnotherEntry) {
  const BpeVocabulary vocabulary =
      train(repeated("<s> <|me|> ", 50), {.vocab_size = 300, .special_tokens = {"<|me|>"}});
  const Metadata metadata = tokenizer_metadata(vocabulary, "");
  const auto entries = *metadata.get_strings("tokenizer.ggml.tokens");
  EXPECT_EQ(std::set<std::string>(entries.begin(), entries.end()).size(), entries.size());
  EXPECT_EQ(load(vocabulary)->kind(TokenId{3}), TokenKind::kControl);
  EXPECT_EQ(load(vocabulary)->text(TokenId{3}), "<|me|>");
}

TEST(TrainBpe, KeepsPiecesShort) {
  const std::string text = repeated("가나다라마바사 ", 30);
  for (const int longest : {1, 2, 5}) {
    for (const std::string& piece : pieces_of(train(text, {.vocab_size = 400, .longest_piece = longest}))) {
      EXPECT_LE(repair_utf8(piece).text.size(), static_cast<size_t>(3 * longest)) << piece;
    }
  }
}

TEST(TrainBpe, EndsWhereNoPairOccursTwice) {
  const BpeVocabulary vocabulary = train("abcabd", {.vocab_size = 5000});
  EXPECT_EQ(pieces_of(vocabulary), (std::vector<std::string>{"ab"}));
}

TEST(TrainBpe, RefusesWhatItCannotDo) {
  EXPECT_NE(refusal("가나다", {.vocab_size = 260}).find("262"), std::string::npos);
  EXPECT_NE(refusal("가", {.vocab_size = 0}).find("--vocab-size"), std::string::npos);
  EXPECT_NE(refusal("가", {.vocab_size = 300, .character_coverage = 0}).find("--coverage"), std::string::npos);
  EXPECT_NE(refusal("가", {.vocab_size = 300, .longest_piece = 0}).find("--longest-piece"), std::string::npos);
  for (const char* token : {"", "</s>", "<0x41>", "\xFF"}) {
    EXPECT_NE(refusal("가", {.vocab_size = 300, .special_tokens = {token}}).find("--special"), std::string::npos);
  }
  EXPECT_NE(refusal("", {.vocab_size = 300}), "");
}

TEST(TrainedTokenizer, IsTheSameAsJson) {
  const std::string text = read_file(kGolden / "train_bpe.txt");
  const BpeVocabulary vocabulary = train(text, {.vocab_size = 1200, .special_tokens = {"<|user|>"}});
  const auto metadata = read_huggingface_tokenizer(tokenizer_json(vocabulary));
  ASSERT_TRUE(metadata) << metadata.error().message;
  const auto from_json = load_tokenizer(*metadata);
  ASSERT_TRUE(from_json) << from_json.error().message;
  const auto from_gguf = load(vocabulary);
  ASSERT_EQ((*from_json)->vocab_size(), from_gguf->vocab_size());
  for (const std::string_view sample :
       {std::string_view(text), std::string_view("  한글\n\t漢字 🙂 <|user|> ㅋㅋㅋㅋㅋ")}) {
    for (const bool special : {false, true}) {
      const EncodeOptions options{.add_bos = true, .parse_special = special};
      EXPECT_EQ((*from_json)->encode(sample, options), from_gguf->encode(sample, options));
    }
    EXPECT_EQ((*from_json)->decode((*from_json)->encode(sample)), sample);
  }
}

}  // namespace
}  // namespace ondol
