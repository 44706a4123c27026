#include "engine/token_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/portable_exp.h"

namespace ondol {
namespace {

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

float logit_of(std::span<const float> logits, size_t id) { return std::isnan(logits[id]) ? kImpossible : logits[id]; }

// What is taken off a logit to make it a log probability.
double log_sum(std::span<const float> logits) {
  float highest = kImpossible;
  for (size_t id = 0; id < logits.size(); ++id) highest = std::max(highest, logit_of(logits, id));
  if (std::isinf(highest)) return double{highest};
  double sum = 0;
  for (size_t id = 0; id < logits.size(); ++id) sum += portable_exp(double{logit_of(logits, id)} - double{highest});
  return double{highest} + std::log(sum);
}

}  // namespace

TokenReport report_token(std::span<const float> logits, TokenId chosen, int n_top) {
  const double sum = log_sum(logits);
  const auto likelihood = [&](size_t id) {
    const float logit = logit_of(logits, id);
    // Beside an infinite logit all others are impossible, and infinite ones are certain.
    const double log_probability = std::isinf(logit) ? (logit > 0 ? 0 : double{kImpossible}) : double{logit} - sum;
    return TokenLikelihood{static_cast<TokenId>(id), static_cast<float>(log_probability)};
  };
  std::vector<int32_t> ids(n_top > 0 ? logits.size() : 0);
  for (size_t id = 0; id < ids.size(); ++id) ids[id] = static_cast<int32_t>(id);
  const auto is_likelier = [&](int32_t a, int32_t b) {
    const float x = logit_of(logits, static_cast<size_t>(a)), y = logit_of(logits, static_cast<size_t>(b));
    return x != y ? x > y : a < b;
  };
  const auto end = ids.begin() + std::min<ptrdiff_t>(n_top, std::ssize(ids));
  std::partial_sort(ids.begin(), end, ids.end(), is_likelier);
  TokenReport report{.chosen = likelihood(static_cast<size_t>(chosen)), .top = {}, .text = {}};
  for (auto id = ids.begin(); id != end; ++id) report.top.push_back(likelihood(static_cast<size_t>(*id)));
  return report;
}

}  // namespace ondol
