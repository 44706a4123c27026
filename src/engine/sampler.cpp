// Every step is made of IEEE additions, multiplications and comparisons in a fixed order, and the exponential is our
// own: the libraries' differ in the last bit, which would now and then choose another token on another machine.
#include "engine/sampler.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "engine/portable_exp.h"

namespace ondol {
namespace {

using Candidate = std::pair<float, int32_t>;  // logit, token id

// Higher logit first, lower id among equals: one order on every machine.
bool is_likelier(const Candidate& a, const Candidate& b) {
  return a.first != b.first ? a.first > b.first : a.second < b.second;
}

float without_nan(float logit) { return std::isnan(logit) ? -std::numeric_limits<float>::infinity() : logit; }

// The largest of some logits, in eight rows of comparisons that need not wait for each other.
float largest(std::span<const float> logits) {
  constexpr size_t kRows = 8;
  float max[kRows];
  std::fill_n(max, kRows, -std::numeric_limits<float>::infinity());
  size_t i = 0;
  for (; i + kRows <= logits.size(); i += kRows) {
    for (size_t row = 0; row < kRows; ++row) max[row] = logits[i + row] > max[row] ? logits[i + row] : max[row];
  }
  for (; i < logits.size(); ++i) max[0] = logits[i] > max[0] ? logits[i] : max[0];
  return *std::max_element(max, max + kRows);
}

// The candidate of a token, or null; candidates are in order of ids.
Candidate* find(std::vector<Candidate>& candidates, TokenId token) {
  const auto id = static_cast<int32_t>(token);
  const auto place = std::lower_bound(candidates.begin(), candidates.end(), id,
                                      [](const Candidate& c, int32_t wanted) { return c.second < wanted; });
  return place == candidates.end() || place->second != id ? nullptr : &*place;
}

}  // namespace

Sampler::Sampler(const SamplerOptions& options) : options_(options), random_(options.seed) {}

bool Sampler::wants_highest_only() const {
  return options_.temperature <= 0 && !penalises_repeats() && !counts_answer() && options_.logit_bias.empty();
}

void Sampler::accept(TokenId token) {
  if (!penalises_repeats()) return;
  history_.push_back(token);
  if (options_.repeat_last_n > 0 && std::ssize(history_) > options_.repeat_last_n) history_.erase(history_.begin());
}

void Sampler::follow(const Sampler& other) {
  options_ = other.options_;
  random_ = other.random_;
  history_ = other.history_;
  n_in_answer_ = other.n_in_answer_;
}

TokenId Sampler::sample(std::span<const float> logits, const TokenMask* allowed) {
  candidates_.clear();
  const bool greedy = options_.temperature <= 0;
  const bool few = greedy || (options_.top_k > 0 && std::cmp_less(options_.top_k, logits.size()));
  const bool as_they_are = history_.empty() && n_in_answer_.empty() && options_.logit_bias.empty();
  if (few && allowed == nullptr && as_they_are) {
    gather_best(logits, greedy ? 1 : static_cast<size_t>(options_.top_k));
  } else {
    gather(logits, allowed);
  }
  const TokenId chosen = static_cast<TokenId>(greedy ? most_likely() : draw());
  accept(chosen);
  if (counts_answer()) ++n_in_answer_[chosen];
  return chosen;
}

void Sampler::gather(std::span<const float> logits, const TokenMask* allowed) {
  const auto add = [&](size_t id) {
    if (id < logits.size()) candidates_.emplace_back(without_nan(logits[id]), static_cast<int32_t>(id));
  };
  for (size_t id = 0; allowed == nullptr && id < logits.size(); ++id) add(id);
  for (size_t word = 0; allowed != nullptr && word < allowed->words().size(); ++word) {
    for (uint64_t bits = allowed->words()[word]; bits != 0; bits &= bits - 1) {
      add(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
    }
  }
  CHECK(!candidates_.empty());
  add_bias();
  penalise();
}

void Sampler::add_bias() {
  for (const auto& [token, bias] : options_.logit_bias) {
    Candidate* const candidate = find(candidates_, token);
    if (candidate == nullptr) continue;
    if (bias <= SamplerOptions::kBan) candidate->first = -std::numeric_limits<float>::infinity();
    else candidate->first += bias;
  }
}

// Sources: Keskar et al. 2019 (CTRL), section 4.1, but negative logits are multiplied, as every implementation since
// does, because dividing would raise them; OpenAI's API reference, frequency_penalty and presence_penalty.
void Sampler::penalise() {
  std::vector<TokenId> seen = history_;
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  for (const TokenId token : seen) {
    Candidate* const candidate = find(candidates_, token);
    if (candidate == nullptr) continue;
    float& logit = candidate->first;
    logit = logit > 0 ? logit / options_.repeat_penalty : logit * options_.repeat_penalty;
  }
  for (const auto& [token, n] : n_in_answer_) {
    Candidate* const candidate = find(candidates_, token);
    if (candidate == nullptr) continue;
    candidate->first -= static_cast<float>(n) * options_.frequency_penalty + options_.presence_penalty;
  }
}

// A heap, its front the least likely of those kept; blocks of logits that do not reach it are passed over.
void Sampler::gather_best(std::span<const float> logits, size_t n_best) {
  constexpr size_t kBlock = 128;
  for (size_t begin = 0; begin < logits.size(); begin += kBlock) {
    const auto block = logits.subspan(begin, std::min(kBlock, logits.size() - begin));
    if (candidates_.size() == n_best && largest(block) <= candidates_.front().first) continue;
    for (size_t i = 0; i < block.size(); ++i) {
      const Candidate candidate(without_nan(block[i]), static_cast<int32_t>(begin + i));
      if (candidates_.size() == n_best) {
        if (!is_likelier(candidate, candidates_.front())) continue;
        std::pop_heap(candidates_.begin(), candidates_.end(), is_likelier);
        candidates_.pop_back();
      }
      candidates_.push_back(candidate);
      std::push_heap(candidates_.begin(), candidates_.end(), is_likelier);
    }
  }
  CHECK(!candidates_.empty());
  std::sort_heap(candidates_.begin(), candidates_.end(), is_likelier);
}

int32_t Sampler::most_likely() const {
  return std::min_element(candidates_.begin(), candidates_.end(), is_likelier)->second;
}

// Top-k, top-p and min-p each keep a beginning of the candidates in order of likelihood, so all three together keep the
// shortest of the three beginnings, and only what min-p leaves has to be sorted.
int32_t Sampler::draw() {
  auto& candidates = candidates_;
  const auto first_by = [&](size_t n) {
    std::partial_sort(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(n), candidates.end(),
                      is_likelier);
  };
  const bool has_top_k = options_.top_k > 0 && std::cmp_less(options_.top_k, candidates.size());
  if (has_top_k) {
    first_by(static_cast<size_t>(options_.top_k));
    candidates.resize(static_cast<size_t>(options_.top_k));
  }
  const float best = std::min_element(candidates.begin(), candidates.end(), is_likelier)->first;
  // All of them impossible, or one infinitely likely: nothing to weigh.
  if (std::isinf(best)) return most_likely();
  const auto ratio = [&](const Candidate& c) { return portable_exp(double{c.first} - double{best}); };

  // The sum over all that top-k left, which top-p is measured against.
  double total = 0;
  if (options_.top_p < 1) {
    for (const Candidate& c : candidates) total += ratio(c);
  }
  if (options_.min_p > 0) {
    std::erase_if(candidates, [&](const Candidate& c) { return c.first != best && ratio(c) < double{options_.min_p}; });
  }
  if (options_.top_p < 1) {
    if (!has_top_k) first_by(candidates.size());
    double sum = 0;
    size_t n = 0;
    while (n < candidates.size() && (n == 0 || sum < double{options_.top_p} * total)) sum += ratio(candidates[n++]);
    candidates.resize(n);
  }

  // Draw in proportion to exp(logit / temperature).
  weights_.clear();
  double sum = 0;
  for (const Candidate& c : candidates) {
    sum += portable_exp((double{c.first} - double{best}) / double{options_.temperature});
    weights_.push_back(sum);
  }
  const double point = random_.uniform() * sum;
  const auto chosen = std::upper_bound(weights_.begin(), weights_.end() - 1, point) - weights_.begin();
  return candidates[static_cast<size_t>(chosen)].second;
}

}  // namespace ondol
