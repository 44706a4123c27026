#include "measure/text_windows.h"

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "measure/describe.h"

namespace ondol {
namespace {

// The shipped model's tokenizer, with or without the wish for a BOS token.
Model model_with(bool wants_bos) {
  const auto checkpoint = open_checkpoint(ONDOL_SOURCE_DIR "/models/ondol-ko-tiny.gguf");
  EXPECT_TRUE(checkpoint);
  Metadata metadata = checkpoint->metadata;
  metadata.set_bool("tokenizer.ggml.add_bos_token", wants_bos);
  Model model;
  model.tokenizer = *load_tokenizer(metadata);
  model.hp.context_length = 512;
  return model;
}

constexpr std::string_view kText = "오늘은 날씨가 좋아서 산책을 나갔어요. 저녁에는 영화를 한 편 봤습니다.";

TEST(TextWindows, ScoreEveryTokenOnceAfterBos) {
  const Model model = model_with(true);
  const auto windows = cut_into_windows(model, kText, 4);
  ASSERT_TRUE(windows);
  EXPECT_EQ(windows->scored_bytes, std::ssize(kText));
  std::vector<TokenId> scored;
  for (int64_t i = 0; i < windows->n_windows(); ++i) {
    const auto window = windows->window(i, *model.tokenizer);
    ASSERT_EQ(window.input.size(), window.target.size());
    EXPECT_LE(window.input.size(), 4u);
    EXPECT_EQ(window.input.front(), *model.tokenizer->bos);
    for (size_t t = 1; t < window.input.size(); ++t) EXPECT_EQ(window.input[t], window.target[t - 1]);
    scored.insert(scored.end(), window.target.begin(), window.target.end());
  }
  EXPECT_EQ(scored, model.tokenizer->encode(kText));
}

TEST(TextWindows, WithoutBosTheFirstTokenIsOnlyContext) {
  const Model model = model_with(false);
  const auto windows = cut_into_windows(model, kText, 4);
  ASSERT_TRUE(windows);
  const auto tokens = model.tokenizer->encode(kText);
  EXPECT_EQ(windows->n_scored(), std::ssize(tokens) - 1);
  EXPECT_EQ(windows->window(0, *model.tokenizer).input.front(), tokens[0]);
  EXPECT_EQ(windows->window(1, *model.tokenizer).input.front(), tokens[4]);
  EXPECT_EQ(windows->scored_bytes, std::ssize(kText) - std::ssize(model.tokenizer->piece(tokens[0])));
}

TEST(TextWindows, TooLittleToMeasureIsAnError) {
  const Model model = model_with(true);
  EXPECT_EQ(cut_into_windows(model, "", 4).error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(cut_into_windows(model, kText, 1).error().kind, ErrorKind::kBadInput);
}

TEST(KoreanSample, IsHangulSpacesAndFullStops) {
  for (std::string_view rest = korean_sample(); !rest.empty();) {
    const CodePoint c = decode_code_point(rest);
    EXPECT_TRUE(c.valid && (c.value == ' ' || c.value == '.' || (c.value >= 0xAC00 && c.value <= 0xD7A3))) << rest;
    rest.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
}

}  // namespace
}  // namespace ondol
