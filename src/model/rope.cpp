#include "model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ondol {
namespace {

// The dimension whose wave turns `n_turns` times in the original context.   Source: YaRN, section 3.2, solved for d.
double dimension_of(double n_turns, int dims, double theta, int64_t context) {
  return dims * std::log(static_cast<double>(context) / (n_turns * 2 * std::numbers::pi)) / (2 * std::log(theta));
}

// 0 below `low`, 1 above `high`, straight between.
double ramp(double x, double low, double high) { return std::clamp((x - low) / std::max(0.001, high - low), 0.0, 1.0); }

}  // namespace

std::vector<float> rope_frequencies(int dims, double theta, const RopeScaling& scaling, const float* factors) {
  double low = 0, high = 0;
  if (scaling.kind == RopeScaling::Kind::kYarn) {
    low = dimension_of(scaling.beta_fast, dims, theta, scaling.original_context);
    high = dimension_of(scaling.beta_slow, dims, theta, scaling.original_context);
    if (scaling.yarn_whole_dims) {
      low = std::floor(low);
      high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, dims - 1.0);
  }
  std::vector<float> frequencies;
  for (int pair = 0; pair < dims / 2; ++pair) {
    double frequency = std::pow(theta, -2.0 * pair / dims) / (factors ? factors[pair] : 1.0);
    if (scaling.kind == RopeScaling::Kind::kLinear) frequency /= scaling.factor;
    if (scaling.kind == RopeScaling::Kind::kYarn) {
      const double kept = (1 - ramp(pair, low, high)) * scaling.yarn_share;
      frequency = frequency / scaling.factor * (1 - kept) + frequency * kept;
    }
    frequencies.push_back(static_cast<float>(frequency));
  }
  return frequencies;
}

}  // namespace ondol
