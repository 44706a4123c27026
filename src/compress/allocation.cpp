#include "compress/allocation.h"

#include <algorithm>
#include <numeric>

namespace ondol {
namespace {

// From one choice of a tensor to a larger one.
struct Step {
  size_t tensor, choice;
  int64_t more_bytes;
  double saved;  // loss

  double per_byte() const { return saved / static_cast<double>(more_bytes); }
};

// The choices on the lower convex hull, smallest first, each with less loss than those before it.
std::vector<size_t> hull_of(const std::vector<TypeChoice>& choices) {
  std::vector<size_t> order(choices.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return choices[a].size_bytes != choices[b].size_bytes ? choices[a].size_bytes < choices[b].size_bytes
                                                          : choices[a].loss < choices[b].loss;
  });
  std::vector<size_t> hull;
  const auto slope = [&](size_t a, size_t b) {
    return (choices[a].loss - choices[b].loss) / static_cast<double>(choices[b].size_bytes - choices[a].size_bytes);
  };
  for (const size_t next : order) {
    if (!hull.empty() && choices[next].loss >= choices[hull.back()].loss) continue;
    if (!hull.empty() && choices[next].size_bytes == choices[hull.back()].size_bytes) continue;
    while (hull.size() >= 2 && slope(hull[hull.size() - 2], hull.back()) <= slope(hull.back(), next)) hull.pop_back();
    hull.push_back(next);
  }
  return hull;
}

// The largest saving that fits `left` bytes, over all choices, on the hull or not.
std::optional<Step> best_step(std::span<const std::vector<TypeChoice>> tensors, const std::vector<size_t>& chosen,
                              int64_t left) {
  std::optional<Step> best;
  for (size_t t = 0; t < tensors.size(); ++t) {
    const TypeChoice& now = tensors[t][chosen[t]];
    for (size_t c = 0; c < tensors[t].size(); ++c) {
      const Step step{t, c, tensors[t][c].size_bytes - now.size_bytes, now.loss - tensors[t][c].loss};
      if (step.saved > 0 && step.more_bytes <= left && (!best || step.saved > best->saved)) best = step;
    }
  }
  return best;
}

}  // namespace

std::optional<std::vector<size_t>> allocate(std::span<const std::vector<TypeChoice>> tensors, int64_t budget_bytes) {
  std::vector<size_t> chosen;
  std::vector<Step> steps;
  int64_t left = budget_bytes;
  for (size_t t = 0; t < tensors.size(); ++t) {
    const std::vector<size_t> hull = hull_of(tensors[t]);
    chosen.push_back(hull[0]);
    left -= tensors[t][hull[0]].size_bytes;
    for (size_t i = 1; i < hull.size(); ++i) {
      const TypeChoice &from = tensors[t][hull[i - 1]], &to = tensors[t][hull[i]];
      steps.push_back({t, hull[i], to.size_bytes - from.size_bytes, from.loss - to.loss});
    }
  }
  if (left < 0) return std::nullopt;
  // A tensor's steps save less per byte one after another, so sorting keeps their order.
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.per_byte() > b.per_byte(); });
  std::vector<bool> stopped(tensors.size());
  for (const Step& step : steps) {
    if (stopped[step.tensor]) continue;
    if (step.more_bytes > left) {
      stopped[step.tensor] = true;
      continue;
    }
    chosen[step.tensor] = step.choice;
    left -= step.more_bytes;
  }
  while (const auto step = best_step(tensors, chosen, left)) {
    chosen[step->tensor] = step->choice;
    left -= step->more_bytes;
  }
  return chosen;
}

}  // namespace ondol
