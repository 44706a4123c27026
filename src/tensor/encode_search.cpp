#include "tensor/encode_search.h"

#include <algorithm>

#include "tensor/half.h"

namespace ondol {

EncodeBlock::EncodeBlock(const float* weights, const float* importance, int n_weights) {
  float largest = 0, most_important = 0;
  for (int i = 0; i < n_weights; ++i) {
    x[i] = std::isfinite(weights[i]) ? weights[i] : 0;
    w[i] = importance && std::isfinite(importance[i]) && importance[i] > 0 ? importance[i] : 0;
    largest = std::max(largest, std::fabs(x[i]));
    most_important = std::max(most_important, w[i]);
  }
  int exponent = 0;
  std::frexp(largest, &exponent);
  unit = largest > 0 ? std::ldexp(1.0, exponent) : 0;
  // Doubles hold the inverse of every float's exponent.
  const double inverse = largest > 0 ? 1 / unit : 0;
  for (int i = 0; i < n_weights; ++i) {
    x[i] = static_cast<float>(x[i] * inverse);
    w[i] = most_important > 0 ? w[i] / most_important : 1;
  }
}

uint16_t EncodeBlock::to_half(float scale) const {
  constexpr double kLargestHalf = 65504;
  return float_to_half(static_cast<float>(std::clamp(scale * unit, -kLargestHalf, kLargestHalf)));
}

float EncodeBlock::from_half(uint16_t half) const {
  return unit > 0 ? static_cast<float>(half_to_float(half) / unit) : 0;
}

float largest_of(const float* x, int n) {
  float largest = 0;
  for (int i = 0; i < n; ++i) {
    if (std::fabs(x[i]) > std::fabs(largest)) largest = x[i];
  }
  return largest;
}

bool only_rounding_is_left(const EncodeBlock& block, int n_weights, uint16_t scale, float error) {
  // An f16 is off by at most 2^-11 of itself, a subnormal one by 2^-25.
  const float rounding = std::max(0x1p-11f, 0x1p-25f / std::max(std::fabs(half_to_float(scale)), 0x1p-24f));
  float energy = 0;
  for (int i = 0; i < n_weights; ++i) energy += block.w[i] * block.x[i] * block.x[i];
  return error > 0 && error <= rounding * rounding * energy;
}

ScaleAndMinimum fit_scale_and_minimum(const float* x, const float* w, int n, int highest, bool minimum_not_negative,
                                      const Starts& starts) {
  float low = x[0], high = x[0];
  float sum_w = 0, sum_x = 0, sum_xx = 0;
  for (int i = 0; i < n; ++i) {
    low = std::min(low, x[i]);
    high = std::max(high, x[i]);
    sum_w += w[i];
    sum_x += w[i] * x[i];
    sum_xx += w[i] * x[i] * x[i];
  }
  if (minimum_not_negative) low = std::min(low, 0.0f);
  if (high - low < 1e-30f) return {0, -low};

  const LinearLevels levels{0, static_cast<float>(highest)};
  ScaleAndMinimum best{(high - low) / static_cast<float>(highest), -low};
  float best_error = coding_error(x, w, n, best.scale, best.minimum, levels);
  // Levels for (inverse, minimum), then the least-squares scale and minimum for these levels:
  // the zero of the derivatives of  sum w (x - scale q + minimum)^2.
  const auto refine = [&](float inverse, float minimum) {
    float sum_q = 0, sum_qq = 0, sum_xq = 0;
#pragma omp simd reduction(+ : sum_q, sum_qq, sum_xq)
    for (int i = 0; i < n; ++i) {
      const float q = levels.nearest((x[i] + minimum) * inverse);
      const float wq = w[i] * q;
      sum_q += wq;
      sum_qq += wq * q;
      sum_xq += wq * x[i];
    }
    const float determinant = sum_w * sum_qq - sum_q * sum_q;
    ScaleAndMinimum fit{0, 0};
    if (determinant > 1e-6f * sum_w * sum_qq) {
      fit.scale = (sum_w * sum_xq - sum_x * sum_q) / determinant;
      fit.minimum = (sum_q * sum_xq - sum_qq * sum_x) / determinant;
    }
    if (fit.scale <= 0 || (minimum_not_negative && fit.minimum < 0)) {
      fit = {sum_qq > 0 ? sum_xq / sum_qq : 0, 0};
      if (!(fit.scale > 0)) return false;
    }
    const float s = fit.scale, m = fit.minimum;
    const float error = sum_xx + s * s * sum_qq + m * m * sum_w - 2 * s * sum_xq + 2 * m * sum_x - 2 * s * m * sum_q;
    if (error >= best_error - kNoise * sum_xx) return false;
    best_error = error;
    best = fit;
    return true;
  };
  for (int k = 0; k < starts.n; ++k) {
    const float ratio =
        starts.tightest + (starts.widest - starts.tightest) * static_cast<float>(k) / static_cast<float>(starts.n - 1);
    refine(ratio * static_cast<float>(highest) / (high - low), -low);
  }
  for (int step = 0; step < 6; ++step) {
    if (!refine(inverse_or_zero(best.scale), best.minimum)) break;
  }
  return best;
}

ScaleAndOffset round_scale_and_offset(const EncodeBlock& block, int n_weights, ScaleAndMinimum fit, int highest) {
  const LinearLevels levels{0, static_cast<float>(highest)};
  ScaleAndOffset best{block.to_half(fit.scale), block.to_half(-fit.minimum)};
  const float offset = block.from_half(best.offset);
  const auto error_of = [&](uint16_t scale) {
    return coding_error(block.x, block.w, n_weights, block.from_half(scale), -offset, levels);
  };
  const float error = error_of(best.scale);
  if (!only_rounding_is_left(block, n_weights, best.scale, error)) return best;
  float above_offset[EncodeBlock::kMaxWeights];
  for (int i = 0; i < n_weights; ++i) above_offset[i] = block.x[i] - offset;
  const uint16_t other = block.to_half(fit_scale(above_offset, block.w, n_weights, levels));
  if (error_of(other) < error) best.scale = other;
  return best;
}

}  // namespace ondol
