#include "engine/prefill_pace.h"

#include <algorithm>
#include <iterator>

namespace ondol {
namespace {

constexpr double kExtra = 0.7;   // of a normal step, for prompt tokens; what is left up to 1 is for noise
constexpr double kLone_s = 0.1;  // of a step that reads prompts and nothing else
constexpr int kMixedSteps = 32;  // then a normal one is measured again: contexts grow

// The chunk that brings the time that `n` tokens took to `aim`, by no more than a factor of two.
double towards(double aim, int64_t n, double seconds) {
  return std::max(1.0, static_cast<double>(n) * (seconds > 0 ? std::clamp(aim / seconds, 0.5, 2.0) : 2.0));
}

}  // namespace

PrefillPace::Paces::const_iterator PrefillPace::pace_of(int64_t n_decoding) const {
  const auto above = paces_.upper_bound(n_decoding);
  return above == paces_.begin() ? paces_.end() : std::prev(above);
}

int64_t PrefillPace::chunk(int64_t n_decoding, int64_t most) const {
  if (n_decoding == 0) return std::clamp<int64_t>(static_cast<int64_t>(lone_chunk_), 1, most);
  const auto pace = pace_of(n_decoding);
  if (pace == paces_.end() || n_mixed_steps_ >= kMixedSteps) return 0;
  return std::clamp<int64_t>(static_cast<int64_t>(pace->second.chunk), 1, most);
}

void PrefillPace::record(int64_t n_decoding, int64_t n_prefill, double seconds) {
  // The end of a prompt says little about larger chunks.
  const auto says_little = [&](double chunk) { return static_cast<double>(n_prefill) < chunk / 2; };
  if (n_decoding == 0) {
    if (!says_little(lone_chunk_)) lone_chunk_ = towards(kLone_s, n_prefill, seconds);
    return;
  }
  const auto known = pace_of(n_decoding);
  if (n_prefill == 0) {
    n_mixed_steps_ = 0;
    const bool is_new = known == paces_.end() || known->first != n_decoding;
    const double normal_s = is_new ? seconds : (known->second.normal_s + seconds) / 2;
    paces_[n_decoding] = {normal_s, known == paces_.end() ? 1 : known->second.chunk};
    return;
  }
  ++n_mixed_steps_;
  if (known == paces_.end()) return;
  Pace pace = known->second;
  if (says_little(pace.chunk)) return;
  pace.chunk = towards(kExtra * pace.normal_s, n_prefill, seconds - pace.normal_s);
  paces_[n_decoding] = pace;
}

}  // namespace ondol
