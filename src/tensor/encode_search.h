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

  int n_levels() const { return static_cast<int>(highest) + 1; }
  float value(int level) const { return static_cast<float>(level) - zero; }
  // The value nearest to v: adding and taking away 1.5 * 2^23 leaves the integer, ties to even.
  float nearest(float v) const {
    const float rounded = (v + 12582912.0f) - 12582912.0f;
    const float not_low = rounded < -zero ? -zero : rounded;
    return not_low > highest - zero ? highest - zero : not_low;
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
#pragma omp simd reduction(+ : error)
  for (int i = 0; i < n; ++i) {
    const float shifted = x[i] + minimum;
    const float difference = shifted - scale * levels.nearest(shifted * inverse);
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

// Differences of errors below this part of the sum of w * x^2 are rounding of the sums.  Of fits that differ by less
// the first stays, so that equal runs get equal scales.
inline constexpr float kNoise = 1e-6f;

// The x of largest magnitude, with its sign.
float largest_of(const float* x, int n);

// One step of the alternation: the levels nearest to x * inverse, then the least-squares scale for these levels.
struct ScaleFit {
  float xq = 0, qq = 0;  // sums of w * x * q and w * q * q

  float scale() const { return qq > 0 ? xq / qq : 0; }
  float gain() const { return xq * scale(); }  // by how much the error falls below that of all zeros
};
template <class Levels>
ScaleFit fit_scale_to_levels(const float* x, const float* w, int n, float inverse, const Levels levels) {
  float xq = 0, qq = 0;
#pragma omp simd reduction(+ : xq, qq)
  for (int i = 0; i < n; ++i) {
    const float q = levels.nearest(x[i] * inverse);
    const float wq = w[i] * q;
    xq += wq * x[i];
    qq += wq * q;
  }
  return {xq, qq};
}

// The first scales of a search: `n` (2 or more) per sign, from `tightest` to `widest` times the number of levels that
// the largest |x| (or the range of x) would just fill.
struct Starts {
  int n = 7;
  float tightest = 0.88f, widest = 1.12f;
};

// The scale, positive or negative, for which x = scale * value fits best.  0 when all x are.
template <class Levels>
float fit_scale(const float* x, const float* w, int n, const Levels& levels, const Starts& starts = {}) {
  const float largest = largest_of(x, n);
  if (std::fabs(largest) < 1e-30f) return 0;

  ScaleFit best;
  const auto refine = [&](float inverse) {
    const ScaleFit fit = fit_scale_to_levels(x, w, n, inverse, levels);
    if (fit.gain() <= best.gain() * (1 + kNoise)) return false;
    best = fit;
    return true;
  };
  const float lowest = levels.value(0), highest = levels.value(levels.n_levels() - 1);
  const bool symmetric = lowest == -highest;
  // The smallest scale first: of equal fits it leaves the other runs of a block the finest steps.
  for (int k = 0; k < starts.n; ++k) {
    const float ratio =
        starts.widest - (starts.widest - starts.tightest) * static_cast<float>(k) / static_cast<float>(starts.n - 1);
    refine(ratio * lowest / largest);
    if (!symmetric) refine(ratio * highest / largest);
  }
  for (int step = 0; step < 4 && best.scale() != 0; ++step) {
    if (!refine(inverse_or_zero(best.scale()))) break;
  }
  return best.scale();
}

// True where levels fit so well that the rounding of the scale to f16 is most of what is left of `error`: constant
// rows, rows that were quantised before.
bool only_rounding_is_left(const EncodeBlock& block, int n_weights, uint16_t scale, float error);

// The f16 for a fitted scale.  Where only rounding is left, the largest weight may take another level, whose scale
// happens to lie nearer to an f16.
template <class Levels>
uint16_t round_scale(const EncodeBlock& block, int n_weights, float scale, const Levels& levels) {
  uint16_t best = block.to_half(scale);
  float best_error = coding_error(block.x, block.w, n_weights, block.from_half(best), 0, levels);
  if (!only_rounding_is_left(block, n_weights, best, best_error)) return best;
  const float largest = largest_of(block.x, n_weights);
  for (int level = 0; level < levels.n_levels(); ++level) {
    if (levels.value(level) == 0) continue;
    const uint16_t half = block.to_half(largest / levels.value(level));
    const float error = coding_error(block.x, block.w, n_weights, block.from_half(half), 0, levels);
    if (!(error < best_error)) continue;
    best_error = error;
    best = half;
  }
  return best;
}

// The scale (>= 0) and minimum for which x = scale * level - minimum, level in 0 .. highest, fits best.  The minimum is
// not negative where `minimum_not_negative`.
struct ScaleAndMinimum {
  float scale, minimum;
};
ScaleAndMinimum fit_scale_and_minimum(const float* x, const float* w, int n, int highest, bool minimum_not_negative,
                                      const Starts& starts);

// The f16s for a fitted scale and -minimum.  Where only rounding is left, the levels make up for what the offset's
// lost.
struct ScaleAndOffset {
  uint16_t scale, offset;
};
ScaleAndOffset round_scale_and_offset(const EncodeBlock& block, int n_weights, ScaleAndMinimum fit, int highest);

}  // namespace ondol
