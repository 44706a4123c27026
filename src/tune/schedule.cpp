#include "tune/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ondol {

double Schedule::at(int64_t step) const {
  if (step < warmup_steps) {
    return learning_rate * static_cast<double>(step + 1) / static_cast<double>(warmup_steps + 1);
  }
  if (kind == Kind::kConstant) return learning_rate;
  const auto left = static_cast<double>(std::max<int64_t>(1, n_steps - warmup_steps));
  const double way = std::min(1.0, static_cast<double>(step - warmup_steps) / left);
  const double fall = kind == Kind::kLinear ? 1 - way : (1 + std::cos(std::numbers::pi * way)) / 2;
  return learning_rate * (final_share + (1 - final_share) * fall);
}

}  // namespace ondol
