#include "model/rope_factors.h"

#include <cmath>
#include <numbers>

namespace ondol {

std::vector<float> llama3_rope_factors(int64_t rope_dims, double rope_theta, const Llama3RopeScaling& scaling) {
  std::vector<float> factors;
  for (int64_t i = 0; i < rope_dims / 2; ++i) {
    const double wave =
        2 * std::numbers::pi * std::pow(rope_theta, 2.0 * static_cast<double>(i) / static_cast<double>(rope_dims));
    double factor = 1;
    if (wave > scaling.original_context / scaling.low_freq_factor) {
      factor = scaling.factor;
    } else if (wave >= scaling.original_context / scaling.high_freq_factor) {
      const double smooth = (scaling.original_context / wave - scaling.low_freq_factor) /
                            (scaling.high_freq_factor - scaling.low_freq_factor);
      factor = 1 / ((1 - smooth) / scaling.factor + smooth);
    }
    factors.push_back(static_cast<float>(factor));
  }
  return factors;
}

}  // namespace ondol
