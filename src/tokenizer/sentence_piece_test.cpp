#include "tokenizer/sentence_piece.h"

#include <gtest/gtest.h>

#include <bit>

#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

std::string varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}
std::string number(uint32_t field, uint64_t value) { return varint(field << 3) + varint(value); }
std::string message(uint32_t field, const std::string& bytes) {
  return varint(field << 3 | 2) + varint(bytes.size()) + bytes;
}
std::string piece(const std::string& text, float score, int kind) {
  const auto bits = std::bit_cast<uint32_t>(score);
  std::string bytes = message(1, text) + varint(2 << 3 | 5);
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(bits >> 8 * i));
  return message(1, bytes + number(3, static_cast<uint64_t>(kind)));
}

const std::string kPieces = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3) + piece("▁", -3, 1) +
                            piece("a", -4, 1) + piece("▁a", -1, 1) + piece("b", -5, 1);
const std::string kBpe = message(2, number(3, 2));
const std::string kUnigram = message(2, number(3, 1));
const std::string kPlainNormalizer = message(3, number(4, 0));

std::vector<int> encode(const std::string& model, std::string_view text) {
  const auto metadata = read_sentence_piece(model);
  EXPECT_TRUE(metadata) << metadata.error().message;
  const auto tokenizer = load_tokenizer(*metadata);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  std::vector<int> ids;
  for (const TokenId id : (*tokenizer)->encode(text)) ids.push_back(static_cast<int>(id));
  EXPECT_EQ((*tokenizer)->decode((*tokenizer)->encode("a a")), "a a");
  return ids;
}

TEST(SentencePiece, ReadsBpeWithStandardKeysAlone) {
  const auto metadata = read_sentence_piece(kPieces + kBpe + kPlainNormalizer);
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->get_string("tokenizer.ggml.model"), "llama");
  EXPECT_FALSE(metadata->find(kPipelineKey));
  EXPECT_EQ(metadata->get_int("tokenizer.ggml.bos_token_id"), 1);
  EXPECT_EQ(encode(kPieces + kBpe + kPlainNormalizer, "a  a"), (std::vector{5, 3, 5}));
}

TEST(SentencePiece, PutsWhiteSpaceInOrderWhereTheModelDoes) {
  EXPECT_EQ(encode(kPieces + kBpe, "  a   a "), (std::vector{5, 5}));
  EXPECT_EQ(encode(kPieces + kUnigram, "  a   a "), (std::vector{5, 5}));
  EXPECT_EQ(encode(kPieces + kUnigram, "가나b"), (std::vector{3, 0, 6}));
}

TEST(SentencePiece, LooksForUserDefinedPiecesInTheNormalizedText) {
  const std::string model = kPieces + piece("<t>", 0, 4) + kBpe;
  EXPECT_EQ(encode(model, " a  <t>  b"), (std::vector{5, 3, 7, 3, 6}));
}

void expect_refused(const std::string& model, ErrorKind kind, std::string_view part) {
  const auto metadata = read_sentence_piece(model);
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().kind, kind);
  EXPECT_NE(metadata.error().message.find(part), std::string::npos) << metadata.error().message;
}

TEST(SentencePiece, RefusesBrokenFiles) {
  expect_refused("", ErrorKind::kCorruptFile, "no pieces");
  expect_refused(kPieces.substr(0, kPieces.size() - 1), ErrorKind::kCorruptFile, "protobuf");
  expect_refused(kPieces + std::string(20, '\xFF'), ErrorKind::kCorruptFile, "protobuf");
  expect_refused(piece("a", 0, 9), ErrorKind::kCorruptFile, "type 9");
  expect_refused(piece("a", std::bit_cast<float>(0x7FC00000u), 1), ErrorKind::kCorruptFile, "score");
  expect_refused(message(1, "\x0A\x7F"), ErrorKind::kCorruptFile, "piece 0");
  expect_refused(kPieces + message(2, number(3, 3)), ErrorKind::kUnsupported, "word");
  const auto broken_map = read_sentence_piece(kPieces + kUnigram + message(3, message(2, "\xFF\xFF\xFF\xFF")));
  ASSERT_TRUE(broken_map);
  EXPECT_FALSE(load_tokenizer(*broken_map));
}

}  // namespace
}  // namespace ondol
