#include "engine/token_report.h"

#include <cmath>
#include <limits>

#include "engine/test_answers.h"

namespace ondol {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

std::vector<int> ids(const TokenReport& report) {
  std::vector<int> ids;
  for (const TokenLikelihood& likelihood : report.top) ids.push_back(static_cast<int>(likelihood.token));
  return ids;
}

// The numbers are torch.log_softmax's of float64.
TEST(TokenReport, HoldsTheLogSoftmaxOfAllLogits) {
  const std::vector<float> logits = {1.5f, -2.25f, 30, 29.5f, 0, -80, 29.5f};
  const TokenReport report = report_token(logits, TokenId{5}, 4);
  EXPECT_FLOAT_EQ(report.chosen.log_probability, -110.79437676941788f);
  EXPECT_EQ(ids(report), (std::vector<int>{2, 3, 6, 0}));
  EXPECT_FLOAT_EQ(report.top[0].log_probability, -0.7943767694178794f);
  EXPECT_FLOAT_EQ(report.top[1].log_probability, -1.2943767694178794f);
  EXPECT_FLOAT_EQ(report.top[3].log_probability, -29.29437676941788f);
}

TEST(TokenReport, SurvivesLogitsThatAreNoNumbers) {
  const float nan = std::nanf("");
  EXPECT_EQ(report_token(std::vector<float>{nan, 0, nan}, TokenId{1}, 9).chosen.log_probability, 0);
  EXPECT_EQ(report_token(std::vector<float>{nan, 0, nan}, TokenId{0}, 0).chosen.log_probability, -kInf);
  EXPECT_EQ(report_token(std::vector<float>{-kInf, nan}, TokenId{1}, 1).chosen.log_probability, -kInf);
  const TokenReport certain = report_token(std::vector<float>{3, kInf}, TokenId{0}, 2);
  EXPECT_EQ(certain.chosen.log_probability, -kInf);
  EXPECT_EQ(certain.top[0].log_probability, 0);
}

using TokenReports = AnswerTest;

TEST_F(TokenReports, AreOfTheModelWhateverTheSamplerDoes) {
  GenerateOptions options = lively(12);
  options.sampler.presence_penalty = 1.5f;
  options.sampler.logit_bias = {{TokenId{3}, 100.0f}};
  options.n_top_likelihoods = 2;
  const Generated result = answer(prompt_, options);
  ASSERT_EQ(result.reports.size(), result.tokens.size());
  std::vector<TokenId> text = prompt_;
  std::string shown;
  for (size_t i = 0; i < result.tokens.size(); ++i) {
    const SequenceId fresh = *engine_->open();
    const Engine::Input input{fresh, text};
    ASSERT_TRUE(engine_->step({&input, 1}, [&](const Engine::Rows& rows) {
      long double sum = 0;
      for (int id = 0; id < 256; ++id) sum += std::exp(static_cast<long double>(rows.logits[id]));
      const auto chosen = static_cast<size_t>(result.tokens[i]);
      const long double expected = static_cast<long double>(rows.logits[chosen]) - std::log(sum);
      EXPECT_FLOAT_EQ(result.reports[i].chosen.log_probability, static_cast<float>(expected));
      EXPECT_EQ(result.reports[i].top[0].token,
                static_cast<TokenId>(std::max_element(rows.logits, rows.logits + 256) - rows.logits));
    }));
    engine_->close(fresh);
    text.push_back(result.tokens[i]);
    shown += result.reports[i].text;
  }
  EXPECT_EQ(shown, result.text);
}

TEST_F(TokenReports, ComeForGreedyAnswersToo) {
  GenerateOptions options = greedy(6);
  const Generated without = answer(prompt_, options);
  options.n_top_likelihoods = 0;
  const Generated with = answer(prompt_, options);
  EXPECT_EQ(with.tokens, without.tokens);
  EXPECT_TRUE(without.reports.empty());
  ASSERT_EQ(with.reports.size(), 6u);
  EXPECT_TRUE(with.reports[0].top.empty());
  EXPECT_LT(with.reports[0].chosen.log_probability, 0);
}

}  // namespace
}  // namespace ondol
