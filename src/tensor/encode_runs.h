// The k-quants' second floor: runs of 16 or 32 weights have integer scales (and minima) of a few bits, times one f16
// scale of the block of 256.  Every run is first fitted alone (tensor/encode_search.h); the largest scale sets the f16
// one; then each run tries the integers around its own fit and keeps what decodes best.
#pragma once

#include <cmath>

#include "tensor/encode_search.h"

namespace ondol {

// How many first scales a run tries: few bits need more, and from further away.
inline constexpr Starts kFineStarts{.n = 12, .tightest = 0.88f, .widest = 1.12f};
inline constexpr Starts kCoarseStarts{.n = 16, .tightest = 0.6f, .widest = 1.3f};

// The integers a run tries: the nearest to what it wants and its neighbours, within lowest .. highest.
struct FieldRange {
  int first, last;
};
FieldRange fields_around(float wanted, int lowest, int highest);

struct RunScales {
  uint16_t scale = 0;  // f16
  int scales[16] = {};
};

// The block scale for which `largest` = scale * field * value comes out best after rounding to f16, over the values and
// 1 .. highest_field.  For blocks of which only_rounding_is_left.
struct Product {
  uint16_t scale;
  float value;
};
Product round_best(const EncodeBlock& block, float largest, int highest_field, const float* values, int n_values);

// Scales lie in lowest_scale .. highest_scale; the lowest has the largest magnitude.
template <class Levels>
RunScales fit_run_scales(const EncodeBlock& block, int run_weights, const Levels& levels, int lowest_scale,
                         int highest_scale, const Starts& starts) {
  const int n_runs = EncodeBlock::kMaxWeights / run_weights;
  float fits[16] = {};
  // Fills out.scales for out.scale and `fits`; returns the block's error.
  const auto choose_scales = [&](RunScales& out) {
    const float scale = block.from_half(out.scale);
    float total_error = 0;
    for (int run = 0; run < n_runs; ++run) {
      const FieldRange range = fields_around(fits[run] * inverse_or_zero(scale), lowest_scale, highest_scale);
      float best_error = INFINITY;
      for (int s = range.first; s <= range.last; ++s) {
        const float error = coding_error(block.x + run * run_weights, block.w + run * run_weights, run_weights,
                                         scale * static_cast<float>(s), 0, levels);
        if (!(error < best_error)) continue;
        best_error = error;
        out.scales[run] = s;
      }
      total_error += best_error;
    }
    return total_error;
  };

  for (int run = 0; run < n_runs; ++run) {
    fits[run] = fit_scale(block.x + run * run_weights, block.w + run * run_weights, run_weights, levels, starts);
  }
  RunScales best;
  best.scale = block.to_half(largest_of(fits, n_runs) / static_cast<float>(lowest_scale));
  float error = choose_scales(best);
  // The least-squares block scale for these levels and run scales, and everything chosen again for it.
  for (int step = 0; step < 2; ++step) {
    float xq = 0, qq = 0;
    for (int run = 0; run < n_runs; ++run) {
      const float s = static_cast<float>(best.scales[run]);
      const ScaleFit fit = fit_scale_to_levels(block.x + run * run_weights, block.w + run * run_weights, run_weights,
                                               inverse_or_zero(block.from_half(best.scale) * s), levels);
      xq += s * fit.xq;
      qq += s * s * fit.qq;
    }
    RunScales other;
    other.scale = block.to_half(ScaleFit{xq, qq}.scale());
    const float other_error = other.scale == best.scale ? error : choose_scales(other);
    if (!(other_error < error)) break;
    error = other_error;
    best = other;
  }
  if (!only_rounding_is_left(block, EncodeBlock::kMaxWeights, best.scale, error)) return best;

  float values[256];
  for (int i = 0; i < levels.n_levels(); ++i) values[i] = levels.value(i);
  const float largest = largest_of(block.x, EncodeBlock::kMaxWeights);
  const Product product = round_best(block, largest, highest_scale, values, levels.n_levels());
  for (int run = 0; run < n_runs; ++run) {
    fits[run] = largest_of(block.x + run * run_weights, run_weights) / product.value;
  }
  RunScales other;
  other.scale = product.scale;
  return choose_scales(other) < error ? other : best;
}

template <class Levels>
void assign_run_levels(const EncodeBlock& block, int run_weights, const RunScales& fit, const Levels& levels,
                       uint8_t* out) {
  const float scale = block.from_half(fit.scale);
  for (int at = 0; at < EncodeBlock::kMaxWeights; at += run_weights) {
    assign_levels(block.x + at, run_weights, scale * static_cast<float>(fit.scales[at / run_weights]), 0, levels,
                  out + at);
  }
}

struct RunScalesAndMinima {
  uint16_t scale = 0, min_scale = 0;  // f16
  uint8_t scales[16] = {}, minima[16] = {};
};

// Weights are scale * scales[run] * level - min_scale * minima[run], level in 0 .. highest_level, both integers of a
// run in 0 .. highest_field.
RunScalesAndMinima fit_run_scales_and_minima(const EncodeBlock& block, int run_weights, int highest_level,
                                             int highest_field, const Starts& starts);
void assign_run_levels(const EncodeBlock& block, int run_weights, const RunScalesAndMinima& fit, int highest_level,
                       uint8_t* out);

}  // namespace ondol
