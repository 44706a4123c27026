#include "tensor/encode_runs.h"

#include <algorithm>
#include <span>

namespace ondol {

FieldRange fields_around(float wanted, int lowest, int highest) {
  const auto within = [&](float field) {
    return static_cast<int>(std::clamp(field, static_cast<float>(lowest), static_cast<float>(highest)));
  };
  const float nearest = std::nearbyint(wanted);
  return {within(nearest - 1), within(nearest + 1)};
}

Product round_best(const EncodeBlock& block, float largest, int highest_field, const float* values, int n_values) {
  Product best{0, 1};
  float best_error = INFINITY;
  for (int i = 0; i < n_values; ++i) {
    for (int field = 1; field <= highest_field && values[i] != 0; ++field) {
      const float product = static_cast<float>(field) * values[i];
      const uint16_t scale = block.to_half(largest / product);
      const float error = std::fabs(block.from_half(scale) * product - largest);
      if (!(error < best_error)) continue;
      best_error = error;
      best = {scale, values[i]};
    }
  }
  return best;
}

RunScalesAndMinima fit_run_scales_and_minima(const EncodeBlock& block, int run_weights, int highest_level,
                                             int highest_field, const Starts& starts) {
  const LinearLevels levels{0, static_cast<float>(highest_level)};
  const int n_runs = EncodeBlock::kMaxWeights / run_weights;
  ScaleAndMinimum fits[16] = {};
  // Fills the fields of `out` for its f16 scales and `fits`; returns the block's error.
  const auto choose_fields = [&](RunScalesAndMinima& out) {
    const float scale = block.from_half(out.scale), min_scale = block.from_half(out.min_scale);
    float total_error = 0;
    for (int run = 0; run < n_runs; ++run) {
      const FieldRange range = fields_around(fits[run].scale * inverse_or_zero(scale), 0, highest_field);
      const FieldRange minimum_range = fields_around(fits[run].minimum * inverse_or_zero(min_scale), 0, highest_field);
      float best_error = INFINITY;
      for (int s = range.first; s <= range.last; ++s) {
        for (int m = minimum_range.first; m <= minimum_range.last; ++m) {
          const float error = coding_error(block.x + run * run_weights, block.w + run * run_weights, run_weights,
                                           scale * static_cast<float>(s), min_scale * static_cast<float>(m), levels);
          if (!(error < best_error)) continue;
          best_error = error;
          out.scales[run] = static_cast<uint8_t>(s);
          out.minima[run] = static_cast<uint8_t>(m);
        }
      }
      total_error += best_error;
    }
    return total_error;
  };

  ScaleAndMinimum largest{0, 0};
  for (int run = 0; run < n_runs; ++run) {
    fits[run] = fit_scale_and_minimum(block.x + run * run_weights, block.w + run * run_weights, run_weights,
                                      highest_level, true, starts);
    largest.scale = std::max(largest.scale, fits[run].scale);
    largest.minimum = std::max(largest.minimum, fits[run].minimum);
  }
  RunScalesAndMinima best;
  best.scale = block.to_half(largest.scale / static_cast<float>(highest_field));
  best.min_scale = block.to_half(largest.minimum / static_cast<float>(highest_field));
  const float error = choose_fields(best);
  if (!only_rounding_is_left(block, EncodeBlock::kMaxWeights, best.scale, error)) return best;

  float values[32];
  for (int level = 0; level <= highest_level; ++level) values[level] = static_cast<float>(level);
  const float highest = static_cast<float>(highest_level), one = 1;
  const Product product = round_best(block, largest.scale * highest, highest_field, values, highest_level + 1);
  for (ScaleAndMinimum& fit : std::span(fits, static_cast<size_t>(n_runs))) fit.scale *= highest / product.value;
  RunScalesAndMinima other;
  other.scale = product.scale;
  other.min_scale = round_best(block, largest.minimum, highest_field, &one, 1).scale;
  return choose_fields(other) < error ? other : best;
}

void assign_run_levels(const EncodeBlock& block, int run_weights, const RunScalesAndMinima& fit, int highest_level,
                       uint8_t* out) {
  const LinearLevels levels{0, static_cast<float>(highest_level)};
  const float scale = block.from_half(fit.scale), min_scale = block.from_half(fit.min_scale);
  for (int at = 0; at < EncodeBlock::kMaxWeights; at += run_weights) {
    const int run = at / run_weights;
    assign_levels(block.x + at, run_weights, scale * static_cast<float>(fit.scales[run]),
                  min_scale * static_cast<float>(fit.minima[run]), levels, out + at);
  }
}

}  // namespace ondol
