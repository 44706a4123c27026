// How the quantised types of tensor/quant/ choose their scales: by searching for the smallest sum of
// importance * (weight - decoded)^2.
//
// For given levels the best scale is a least-squares fit; for a given scale the best level of each weight is the
// nearest one.  Alternating the two (Lloyd 1982) only goes down, but stops in the valley it starts in; so it starts
// from many scales around "the largest weight meets the largest level" and keeps the best.  Scales are rounded for
// storage at the end, and levels chosen again for the rounded ones.
#pragma once

#include <cmath>
#include <cstdint>

#include "tensor/panel.h"

namespace ondol {

// One block on its way into a quantised type.  `x` are the weights divided by `unit`, a power of two, so that they lie
// in
// [-1, 1] and no sum overflows; a weight that is not a finite number counts as zero.  `w` is the importance divided by
// its largest value, negative or not finite ones as zero; all one where nothing is important.
struct EncodeBlock {
  static constexpr int kMaxWeights = 256;

  EncodeBlock(const float* weights, const float* importance, int n_weights);

  bool is_zero() const { return unit == 0; }
  // The finite f16 nearest to `scale` in units, and its value in units.
  uint16_t to_half(float scale) const;
  float from_half(uint16_t half) const;

  float x[kMaxWeights];
  float w[kMaxWeights];
  double unit;  // 0 when all weights are
};

// Levels 0 .. highest that stand for level - zero.
struct LinearLevels {
  float zero, highest;

  float lowest_value() const { return -zero; }
  float highest_value() const { return highest - zero; }
  // The value nearest to v: adding and taking away 1.5 * 2^23 leaves the integer, ties to even.
  float nearest(float v) const {
    v = v < -zero ? -zero : v;
    v = v > highest - zero ? highest - zero : v;
    return (v + 12582912.0f) - 12582912.0f;
  }
  int level(float v) const { return static_cast<int>(nearest(v) + zero); }
};

// 1 / scale, or 0 where the scale is too small to divide by: every weight is then nearest to zero.
inline float inverse_or_zero(float scale) { return std::fabs(scale) < 1e-30f ? 0.0f : 1.0f / scale; }

// Sum of w * (x - (scale * nearest - minimum))^2 over n weights.
template <class Levels>
float coding_error(const float* x, const float* w, int n, float scale, float minimum, const Levels& levels) {
  const float inverse = inverse_or_zero(scale);
  float error = 0;
  for (int i = 0; i < n; ++i) {
    const float difference = x[i] + minimum - scale * levels.nearest((x[i] + minimum) * inverse);
    error += w[i] * difference * difference;
  }
  return error;
}

// The level of each weight for x = scale * value - minimum.
template <class Levels>
void assign_levels(const float* x, int n, float scale, float minimum, const Levels& levels, uint8_t* out) {
  const float inverse = inverse_or_zero(scale);
  for (int i = 0; i < n; ++i) out[i] = static_cast<uint8_t>(levels.level((x[i] + minimum) * inverse));
}

// The scale, positive or negative, for which x = scale * value fits best.  0 when all x are.
//   n_starts  how many first scales are tried on each sign, from `tightest` to `widest` times the one that maps the
//             largest |x| to the end of the levels
struct Starts {
  int n = 19;
  float tightest = 0.85f, widest = 1.15f;
};
template <class Levels>
float fit_scale(const float* x, const float* w, int n, const Levels& levels, const Starts& starts = {}) {
  float largest = 0;  // with its sign
  for (int i = 0; i < n; ++i) {
    if (std::fabs(x[i]) > std::fabs(largest)) largest = x[i];
  }
  if (std::fabs(largest) < 1e-30f) return 0;

  float best_scale = 0, best_gain = 0;
  // One step of the alternation: levels for `inverse`, then the least-squares scale for these levels.  `gain` is by how
  // much the error falls below that of all zeros.
  const auto refine = [&](float inverse) {
    float xq = 0, qq = 0;
    for (int i = 0; i < n; ++i) {
      const float q = levels.nearest(x[i] * inverse);
      xq += w[i] * x[i] * q;
      qq += w[i] * q * q;
    }
    if (!(qq > 0)) return false;
    const float gain = xq * (xq / qq);
    if (gain <= best_gain) return false;
    best_gain = gain;
    best_scale = xq / qq;
    return true;
  };
  const bool symmetric = levels.lowest_value() == -levels.highest_value();
  for (int k = 0; k < starts.n; ++k) {
    const float ratio = starts.n == 1 ? 1.0f
                                      : starts.tightest + (starts.widest - starts.tightest) * static_cast<float>(k) /
                                                              static_cast<float>(starts.n - 1);
    refine(ratio * levels.lowest_value() / largest);
    if (!symmetric) refine(ratio * levels.highest_value() / largest);
  }
  for (int step = 0; step < 4 && best_scale != 0; ++step) {
    if (!refine(inverse_or_zero(best_scale))) break;
  }
  return best_scale;
}

// The scale (>= 0) and minimum for which x = scale * level - minimum, level in 0 .. highest, fits best.  The minimum is
// not negative where `minimum_not_negative`.
struct ScaleAndMinimum {
  float scale, minimum;
};
ScaleAndMinimum fit_scale_and_minimum(const float* x, const float* w, int n, int highest, bool minimum_not_negative,
                                      const Starts& starts);

}  // namespace ondol
