#include "tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

#include "base/utf8.h"
#include "tokenizer/byte_level.h"

namespace ondol {
namespace {

using Ids = std::vector<int>;

Ids encode(const Tokenizer& tokenizer, std::string_view text, const EncodeOptions& options = {}) {
  Ids ids;
  for (const TokenId id : tokenizer.encode(text, options)) ids.push_back(static_cast<int>(id));
  return ids;
}

std::vector<TokenId> token_ids(const Ids& ids) {
  std::vector<TokenId> out;
  for (const int id : ids) out.push_back(static_cast<TokenId>(id));
  return out;
}

std::shared_ptr<const Tokenizer> load(const Metadata& metadata) {
  auto tokenizer = load_tokenizer(metadata);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return tokenizer ? *tokenizer : nullptr;
}

void expect_refused(const Metadata& metadata, ErrorKind kind, std::string_view part_of_message) {
  const auto tokenizer = load_tokenizer(metadata);
  ASSERT_FALSE(tokenizer);
  EXPECT_EQ(tokenizer.error().kind, kind);
  EXPECT_NE(tokenizer.error().message.find(part_of_message), std::string::npos) << tokenizer.error().message;
  EXPECT_EQ(tokenizer.error().message.find('\n'), std::string::npos);
}

struct Entry {
  std::string text;
  TokenKind kind = TokenKind::kNormal;
  double score = 0;
};

Metadata metadata_of(const std::string& model, const std::vector<Entry>& entries) {
  std::vector<std::string> texts;
  std::vector<int64_t> kinds;
  std::vector<double> scores;
  for (const Entry& entry : entries) {
    texts.push_back(entry.text);
    kinds.push_back(static_cast<int64_t>(entry.kind));
    scores.push_back(entry.score);
  }
  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", model);
  metadata.set_strings("tokenizer.ggml.tokens", texts);
  metadata.set_i32s("tokenizer.ggml.token_type", kinds);
  metadata.set_f32s("tokenizer.ggml.scores", scores);
  return metadata;
}

std::string byte_entry(int byte) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  return std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">";
}

// <unk> <s> </s>, 256 bytes from id 3 on, then pieces from id 259 on.
Metadata spm_metadata(const std::vector<Entry>& pieces) {
  std::vector<Entry> entries{
      {"<unk>", TokenKind::kUnknown}, {"<s>", TokenKind::kControl}, {"</s>", TokenKind::kControl}};
  for (int byte = 0; byte < 256; ++byte) entries.push_back({byte_entry(byte), TokenKind::kByte});
  entries.insert(entries.end(), pieces.begin(), pieces.end());
  return metadata_of("llama", entries);
}

const std::vector<Entry> kSpmPieces{{"▁", TokenKind::kNormal, -5},   {"a", TokenKind::kNormal, -6},
                                    {"b", TokenKind::kNormal, -7},   {"ab", TokenKind::kNormal, -1},
                                    {"▁ab", TokenKind::kNormal, -2}, {"▁▁", TokenKind::kNormal, -3},
                                    {"한", TokenKind::kNormal, -8},  {"<tool>", TokenKind::kUserDefined, 0}};

// The 256 bytes as ids 0 to 255, then `merges` as ids 256 on, then `specials`.
Metadata bpe_metadata(const std::string& pre, const std::vector<std::pair<std::string, std::string>>& merges,
                      const std::vector<Entry>& specials = {}) {
  std::vector<Entry> entries;
  for (int byte = 0; byte < 256; ++byte) entries.push_back({bytes_to_entry(std::string(1, static_cast<char>(byte)))});
  std::vector<std::string> lines;
  for (const auto& [left, right] : merges) {
    entries.push_back({bytes_to_entry(left + right)});
    lines.push_back(bytes_to_entry(left) + " " + bytes_to_entry(right));
  }
  entries.insert(entries.end(), specials.begin(), specials.end());
  Metadata metadata = metadata_of("gpt2", entries);
  metadata.set_string("tokenizer.ggml.pre", pre);
  metadata.set_strings("tokenizer.ggml.merges", lines);
  return metadata;
}

TEST(SpmBpe, MergesByScoreAndSpellsTheRestInBytes) {
  const auto tokenizer = load(spm_metadata(kSpmPieces));
  EXPECT_EQ(encode(*tokenizer, "ab ab"), (Ids{263, 263}));
  EXPECT_EQ(encode(*tokenizer, "aab"), (Ids{259, 260, 262}));
  EXPECT_EQ(encode(*tokenizer, "한글"), (Ids{259, 265, 3 + 0xEA, 3 + 0xB8, 3 + 0x80}));
  EXPECT_EQ(encode(*tokenizer, "   b"), (Ids{264, 264, 261}));
  EXPECT_EQ(encode(*tokenizer, ""), Ids{});
  EXPECT_EQ(encode(*tokenizer, "b", {.add_bos = true}), (Ids{1, 259, 261}));
  EXPECT_TRUE(tokenizer->wants_bos);
}

TEST(SpmBpe, TakesThePrefixSpaceAwayOnce) {
  const auto tokenizer = load(spm_metadata(kSpmPieces));
  EXPECT_EQ(tokenizer->decode(token_ids({1, 263, 263, 2})), "ab ab");
  EXPECT_EQ(tokenizer->decode(token_ids({1, 263}), true), "<s>ab");
  EXPECT_EQ(tokenizer->piece(TokenId{263}), " ab");
  EXPECT_EQ(tokenizer->piece(TokenId{3 + 0xEA}), "\xEA");
  EXPECT_EQ(tokenizer->decode(tokenizer->encode("  ab")), "  ab");
}

TEST(SpmBpe, WithoutSpacePrefixEncodesTheTextAsItIs) {
  Metadata metadata = spm_metadata(kSpmPieces);
  metadata.set_bool("tokenizer.ggml.add_space_prefix", false);
  const auto tokenizer = load(metadata);
  EXPECT_EQ(encode(*tokenizer, "ab ab"), (Ids{262, 263}));
  EXPECT_EQ(tokenizer->decode(token_ids({263})), " ab");
}

TEST(SpmBpe, MergesAcrossWordsWhereAPieceReachesOverTheirEdge) {
  std::vector<Entry> pieces = kSpmPieces;
  pieces.push_back({"b▁", TokenKind::kNormal, -0.5});
  pieces.push_back({"b▁a", TokenKind::kNormal, -0.4});
  EXPECT_EQ(encode(*load(spm_metadata(pieces)), "ab ab"), (Ids{259, 260, 268, 261}));
}

TEST(SpmBpe, UsesTheUnknownTokenWithoutBytes) {
  Metadata metadata = metadata_of("llama", {{"<unk>", TokenKind::kUnknown}, {"▁"}, {"a"}});
  EXPECT_EQ(encode(*load(metadata), "a한"), (Ids{1, 2, 0}));
}

TEST(SpmBpe, NeverReadsControlOrByteEntriesInPlainText) {
  std::vector<Entry> pieces = kSpmPieces;
  for (const char* piece : {"<", "s", ">", "<s", "s>", "0"}) pieces.push_back({piece});
  const auto tokenizer = load(spm_metadata(pieces));
  EXPECT_EQ(encode(*tokenizer, "<s>"), (Ids{259, 270, 269}));
  EXPECT_EQ(encode(*tokenizer, "<s>", {.parse_special = true}), Ids{1});
  for (const int id : encode(*tokenizer, "<0x41>")) EXPECT_NE(id, 3 + 0x41);
}

TEST(SpmBpe, DropsWhiteSpaceBehindTheSpecialTokensOfPhi3) {
  Metadata metadata = spm_metadata({{"▁"}, {"a"}, {"<|end|>", TokenKind::kControl}});
  const EncodeOptions special{.parse_special = true};
  EXPECT_EQ(encode(*load(metadata), "<|end|>\n a", special), (Ids{261, 259, 3 + '\n', 259, 260}));
  metadata.set_string("general.name", "Phi-3 mini");
  EXPECT_EQ(encode(*load(metadata), "<|end|>\n a<s> a<|end|>\n", special), (Ids{261, 259, 260, 1, 259, 259, 260, 261}));
}

TEST(ByteBpe, MergesByRankInsideWords) {
  const auto tokenizer = load(bpe_metadata("gpt-2", {{"a", "b"}, {" ", "ab"}, {"b", "c"}, {"ab", "c"}}));
  EXPECT_EQ(encode(*tokenizer, "abc"), Ids{259});
  EXPECT_EQ(encode(*tokenizer, "bc"), Ids{258});
  EXPECT_EQ(encode(*tokenizer, "ab ab"), (Ids{256, 257}));
  EXPECT_EQ(tokenizer->decode(token_ids({259, 257})), "abc ab");
  EXPECT_FALSE(tokenizer->wants_bos);
  EXPECT_EQ(tokenizer->pre(), "gpt-2");
}

TEST(ByteBpe, IgnoresMergesForWholeWordsWhereTheFamilyDoes) {
  // "abc" is an entry that these merges cannot reach, because bc is joined first
  const std::vector<std::pair<std::string, std::string>> merges{{"b", "c"}, {"ab", "c"}};
  EXPECT_EQ(encode(*load(bpe_metadata("gpt-2", merges)), "abc"), (Ids{'a', 256}));
  EXPECT_EQ(encode(*load(bpe_metadata("llama-bpe", merges)), "abc"), Ids{257});
}

TEST(ByteBpe, CutsAsTheRarerFamiliesDo) {
  const std::string text = "It's 3.14, 大人た x1234567 온돌은\t!!\r\n ok";
  for (const char* pre : {"default", "falcon", "hyperclovax", "mu-choco", "exaone-moe", "deepseek-v3", "deepseek-coder",
                          "tekken", "qwen35", "seed-coder", "bailingmoe", "minicpm5", "superbpe", "bloom", "viking"}) {
    const auto tokenizer = load(bpe_metadata(pre, {{"1", "2"}, {"3", "4"}, {"大", "人"}}));
    ASSERT_TRUE(tokenizer) << pre;
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text) << pre;
  }
  // numbers in threes from the left, from the right, and alone
  const std::vector<std::pair<std::string, std::string>> merges{{"1", "2"}, {"3", "4"}};
  EXPECT_EQ(encode(*load(bpe_metadata("deepseek-v3", merges)), "1234"), (Ids{256, '3', '4'}));
  EXPECT_EQ(encode(*load(bpe_metadata("superbpe", merges)), "1234"), (Ids{'1', '2', 257}));
  EXPECT_EQ(encode(*load(bpe_metadata("hyperclovax", merges)), "1234"), (Ids{'1', '2', '3', '4'}));
}

TEST(ByteBpe, PutsEosBehindATextWhereTheFileSays) {
  Metadata metadata = bpe_metadata("gpt-2", {}, {{"<e>", TokenKind::kControl}});
  metadata.set_u32("tokenizer.ggml.eos_token_id", 256);
  metadata.set_bool("tokenizer.ggml.add_eos_token", true);
  EXPECT_EQ(encode(*load(metadata), "a", {.add_bos = true}), (Ids{'a', 256}));
  EXPECT_EQ(encode(*load(metadata), "a"), Ids{'a'});
}

TEST(Unigram, FindsTheBestSumAndEndsTheTextAsT5Does) {
  Metadata metadata = metadata_of("t5", {{"<pad>", TokenKind::kControl},
                                         {"</s>", TokenKind::kControl},
                                         {"<unk>", TokenKind::kUnknown},
                                         {"▁", TokenKind::kNormal, -3},
                                         {"a", TokenKind::kNormal, -2},
                                         {"b", TokenKind::kNormal, -2},
                                         {"▁ab", TokenKind::kNormal, -4},
                                         {"ab", TokenKind::kNormal, -4.5}});
  metadata.set_bool("tokenizer.ggml.add_space_prefix", true);
  metadata.set_bool("tokenizer.ggml.remove_extra_whitespaces", true);
  const auto tokenizer = load(metadata);
  EXPECT_EQ(encode(*tokenizer, "  ab  aab ", {.add_bos = true}), (Ids{6, 3, 4, 4, 5, 1}));
  EXPECT_EQ(encode(*tokenizer, "한글b"), (Ids{3, 2, 5}));
  EXPECT_EQ(tokenizer->decode(token_ids({6, 3, 4})), "ab a");
}

TEST(ByteBpe, CutsAtSpecialTokensOnRequestAndAtUserDefinedOnesAlways) {
  const auto tokenizer = load(bpe_metadata("llama-bpe", {},
                                           {{"<|eot_id|>", TokenKind::kControl},
                                            {"<t>", TokenKind::kUserDefined},
                                            {"<t><t>", TokenKind::kUserDefined},
                                            {"<|e", TokenKind::kControl}}));
  EXPECT_EQ(encode(*tokenizer, "a<t>b"), (Ids{'a', 257, 'b'}));
  EXPECT_EQ(encode(*tokenizer, "<t><t><t>"), (Ids{258, 257}));
  EXPECT_EQ(encode(*tokenizer, "<|eot_id|><|e!", {.parse_special = true}), (Ids{256, 259, '!'}));
  EXPECT_EQ(encode(*tokenizer, "<|eot_id|>").size(), 10u);
  EXPECT_TRUE(tokenizer->ends_generation(TokenId{256}));
  EXPECT_EQ(tokenizer->eot, TokenId{256});
  EXPECT_FALSE(tokenizer->ends_generation(TokenId{257}));
  EXPECT_EQ(tokenizer->decode(token_ids({256, 'a'})), "a");
  EXPECT_EQ(tokenizer->decode(token_ids({256, 'a'}), true), "<|eot_id|>a");
}

TEST(ByteBpe, KeepsIllFormedBytes) {
  const auto tokenizer = load(bpe_metadata("qwen2", {{"a", "b"}}));
  const std::string text = "ab\xFF \xED\xA0\x80 \xEA\xB0";
  EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
}

TEST(ByteBpe, LeavesOutMergesThatCannotApply) {
  Metadata metadata = bpe_metadata("gpt-2", {{"a", "b"}});
  metadata.set_strings("tokenizer.ggml.merges", {"x yz", "ab c", "a b", "a b"});
  EXPECT_EQ(encode(*load(metadata), "abc"), (Ids{256, 'c'}));
}

TEST(ByteBpe, EndsAGptOssMessageOnlyAtItsFinalMarkers) {
  const auto tokenizer = load(bpe_metadata(
      "gpt-4o", {},
      {{"<|end|>", TokenKind::kControl}, {"<|return|>", TokenKind::kControl}, {"<|call|>", TokenKind::kControl}}));
  EXPECT_FALSE(tokenizer->ends_generation(TokenId{256}));
  EXPECT_TRUE(tokenizer->ends_generation(TokenId{257}));
}

TEST(WordPiece, LowersStripsAndSplits) {
  const auto tokenizer = load([] {
    Metadata metadata = metadata_of("bert", {{"[PAD]", TokenKind::kControl},
                                             {"[UNK]", TokenKind::kUnknown},
                                             {"[CLS]", TokenKind::kControl},
                                             {"[SEP]", TokenKind::kControl},
                                             {"▁cafe"},
                                             {"s"},
                                             {"▁,"},
                                             {"▁中"},
                                             {"ᆫ"},
                                             {"▁하"}});
    metadata.set_u32("tokenizer.ggml.bos_token_id", 2);
    metadata.set_u32("tokenizer.ggml.seperator_token_id", 3);
    metadata.set_u32("tokenizer.ggml.unknown_token_id", 1);
    return metadata;
  }());
  EXPECT_EQ(encode(*tokenizer, "Cafés,中 xyz"), (Ids{4, 5, 6, 7, 1}));
  EXPECT_EQ(encode(*tokenizer, "CAFÉ", {.add_bos = true}), (Ids{2, 4, 3}));
  EXPECT_EQ(tokenizer->decode(token_ids({4, 5, 6})), "cafes ,");
  EXPECT_EQ(encode(*tokenizer, "cafe" + std::string(97, 's')), Ids{1});  // more than 100 characters
}

TEST(Tokenizer, RefusesWhatItDoesNotKnowByName) {
  Metadata metadata = bpe_metadata("no-such-pre", {});
  expect_refused(metadata, ErrorKind::kUnsupported, "no-such-pre");
  metadata.set_string("tokenizer.ggml.model", "no-such-model");
  expect_refused(metadata, ErrorKind::kUnsupported, "no-such-model");
  expect_refused(Metadata(), ErrorKind::kCorruptFile, "tokenizer.ggml.model");
}

TEST(Tokenizer, RefusesBrokenVocabularies) {
  const Metadata good = spm_metadata(kSpmPieces);
  const auto broken = [&](auto change) {
    Metadata metadata = good;
    change(metadata);
    return metadata;
  };
  expect_refused(broken([](Metadata& m) { m.set_strings("tokenizer.ggml.tokens", {}); }), ErrorKind::kCorruptFile,
                 "tokenizer.ggml.tokens");
  expect_refused(broken([](Metadata& m) {
                   m.set_f32s("tokenizer.ggml.scores", {1, 2});
                 }),
                 ErrorKind::kCorruptFile, "tokenizer.ggml.scores has 2");
  expect_refused(broken([](Metadata& m) { m.set_i32s("tokenizer.ggml.token_type", {1}); }), ErrorKind::kCorruptFile,
                 "tokenizer.ggml.token_type has 1");
  expect_refused(broken([](Metadata& m) { m.set_u32("tokenizer.ggml.bos_token_id", 1000); }), ErrorKind::kCorruptFile,
                 "bos_token_id is 1000");
  expect_refused(broken([](Metadata& m) { m.set_i32s("tokenizer.ggml.token_type", std::vector<int64_t>(267, 7)); }),
                 ErrorKind::kCorruptFile, "type 7");
  expect_refused(broken([](Metadata& m) { m.erase("tokenizer.ggml.scores"); }), ErrorKind::kCorruptFile, "scores");
  expect_refused(metadata_of("llama", {{"a", TokenKind::kNormal, std::nan("")}}), ErrorKind::kCorruptFile, "token 0");
  for (const char* entry : {"<0x-1>", "<0x1>", "<0x100>", "<0xG0>", "", "a"}) {
    expect_refused(metadata_of("llama", {{entry, TokenKind::kByte}}), ErrorKind::kCorruptFile, "<0x00>");
  }
  expect_refused(metadata_of("llama", {{std::string(2000, '<'), TokenKind::kControl}}), ErrorKind::kCorruptFile,
                 "2000");
  Metadata merges = bpe_metadata("gpt-2", {});
  merges.set_strings("tokenizer.ggml.merges", {"a b", "ab"});
  expect_refused(merges, ErrorKind::kCorruptFile, "merge 1");
  merges.erase("tokenizer.ggml.merges");
  expect_refused(merges, ErrorKind::kCorruptFile, "tokenizer.ggml.merges");
}

TEST(Tokenizer, BearsEqualEmptyAndHugeEntries) {
  std::vector<Entry> pieces = kSpmPieces;
  pieces.push_back({""});
  pieces.push_back({"ab", TokenKind::kNormal, 100});
  pieces.push_back({std::string(100000, 'a')});
  pieces.push_back({"▁▁▁▁", TokenKind::kNormal, std::numeric_limits<double>::infinity()});
  const auto tokenizer = load(spm_metadata(pieces));
  EXPECT_EQ(encode(*tokenizer, "ab"), Ids{263});
  EXPECT_EQ(tokenizer->find(""), std::nullopt);
  EXPECT_EQ(tokenizer->find("ab"), TokenId{262});
  EXPECT_EQ(tokenizer->text(TokenId{-1}), "");
  EXPECT_EQ(tokenizer->piece(TokenId{100000}), "");
  EXPECT_EQ(tokenizer->kind(TokenId{100000}), TokenKind::kUnknown);
  EXPECT_FALSE(tokenizer->ends_generation(TokenId{-5}));
}

// Doubles of doubles: the merges that keep a heap busiest.
TEST(Tokenizer, EncodesAMegabyteWithoutSpaces) {
  constexpr int kBytes = 1 << 20;
  std::vector<Entry> pieces{
      {"▁", TokenKind::kNormal, -1}, {"▁▁", TokenKind::kNormal, 1}, {"▁▁▁▁", TokenKind::kNormal, 2}};
  std::vector<std::pair<std::string, std::string>> merges;
  for (int n = 1; n <= 64; n *= 2) {
    pieces.push_back({std::string(static_cast<size_t>(n), 'a'), TokenKind::kNormal, static_cast<double>(-n)});
    merges.emplace_back(std::string(static_cast<size_t>(n), 'a'), std::string(static_cast<size_t>(n), 'a'));
  }
  Metadata spm = spm_metadata(pieces);
  spm.set_bool("tokenizer.ggml.add_space_prefix", false);
  const std::string letters(kBytes, 'a'), spaces(kBytes, ' ');
  std::string blocks;
  for (int i = 0; i < kBytes / 3; ++i) blocks += "▁";

  EXPECT_EQ(load(spm)->encode(letters).size(), kBytes / 64u);
  EXPECT_EQ(load(spm)->encode(spaces).size(), kBytes / 4u);
  EXPECT_EQ(load(spm)->encode(blocks).size(), kBytes / 3u / 4u + 1);
  for (const char* pre : {"gpt-2", "gpt-4o"}) {
    const auto bpe = load(bpe_metadata(pre, merges));
    EXPECT_EQ(bpe->encode(letters).size(), kBytes / 128u);
    EXPECT_EQ(bpe->encode(spaces).size(), kBytes + 0u);
  }
  const auto bert = load(metadata_of("bert", {{"[UNK]", TokenKind::kUnknown}, {"▁a"}, {"a"}}));
  EXPECT_EQ(bert->encode(letters).size(), 0u);  // one unknown word, and this vocabulary names no unknown token
}

// Random scalar values of every length, many of them Korean; no U+2581, which SentencePiece reads as a space.
std::string random_text(std::mt19937& random) {
  std::string text;
  for (int n = static_cast<int>(random() % 24); n > 0; --n) {
    uint32_t c = 0;
    switch (random() % 8) {
      case 0:
        c = random() % 0x80;
        break;
      case 1:
        c = ' ';
        break;
      case 2:
        c = 'a' + random() % 2;
        break;
      case 3:
        c = random() % 0x800;
        break;
      case 4:
      case 5:
        c = 0xAC00 + random() % 11172;
        break;
      case 6:
        c = random() % 0x10000;
        break;
      default:
        c = random() % 0x110000;
        break;
    }
    if (c != 0x2581 && (c < 0xD800 || c > 0xDFFF)) append_code_point(text, c);
  }
  return text;
}

// ONDOL_LONG=1 in the environment makes it a million texts.
TEST(Tokenizer, DecodesWhatItEncoded) {
  const char* wish = std::getenv("ONDOL_LONG");
  const int n_texts = wish != nullptr && *wish == '1' ? 1000000 : 20000;
  const std::vector<std::pair<std::string, std::string>> merges{
      {"a", "b"}, {" ", "a"}, {"\xEA", "\xB0"}, {"\xEA\xB0", "\x80"}, {"\xEC", "\x9D"}, {"ab", "ab"}, {"\xED", "\x95"}};
  std::vector<std::shared_ptr<const Tokenizer>> tokenizers{load(spm_metadata(kSpmPieces))};
  for (const char* pre : {"gpt-2", "starcoder", "llama-bpe", "qwen2", "gpt-4o"}) {
    tokenizers.push_back(load(bpe_metadata(pre, merges)));
  }
  std::mt19937 random(7);
  for (int i = 0; i < n_texts; ++i) {
    const std::string text = random_text(random);
    for (const auto& tokenizer : tokenizers) {
      ASSERT_EQ(tokenizer->decode(tokenizer->encode(text)), text) << tokenizer->model() << " " << tokenizer->pre();
    }
  }
}

}  // namespace
}  // namespace ondol
