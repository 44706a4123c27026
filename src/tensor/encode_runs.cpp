#include "tensor/encode_runs.h"

namespace ondol {

RunScalesAndMinima fit_run_scales_and_minima(const EncodeBlock& block, int run_weights, int highest_level,
                                             int highest_field, const Starts& starts) {
  RunScalesAndMinima out;
  const LinearLevels levels{0, static_cast<float>(highest_level)};
  const int n_runs = EncodeBlock::kMaxWeights / run_weights;
  ScaleAndMinimum fits[16], largest{0, 0};
  for (int run = 0; run < n_runs; ++run) {
    fits[run] = fit_scale_and_minimum(block.x + run * run_weights, block.w + run * run_weights, run_weights,
                                      highest_level, true, starts);
    largest.scale = std::max(largest.scale, fits[run].scale);
    largest.minimum = std::max(largest.minimum, fits[run].minimum);
  }
  out.scale = block.to_half(largest.scale / static_cast<float>(highest_field));
  out.min_scale = block.to_half(largest.minimum / static_cast<float>(highest_field));
  const float scale = block.from_half(out.scale), min_scale = block.from_half(out.min_scale);
  const auto nearest_field = [&](float value, float unit) {
    return static_cast<int>(std::min(std::nearbyint(value * inverse_or_zero(unit)), static_cast<float>(highest_field)));
  };
  for (int run = 0; run < n_runs; ++run) {
    const float* x = block.x + run * run_weights;
    const float* w = block.w + run * run_weights;
    const int s_middle = nearest_field(fits[run].scale, scale);
    const int m_middle = nearest_field(fits[run].minimum, min_scale);
    float best_error = INFINITY;
    for (int s = std::max(s_middle - 1, 0); s <= std::min(s_middle + 1, highest_field); ++s) {
      for (int m = std::max(m_middle - 1, 0); m <= std::min(m_middle + 1, highest_field); ++m) {
        const float error =
            coding_error(x, w, run_weights, scale * static_cast<float>(s), min_scale * static_cast<float>(m), levels);
        if (error >= best_error) continue;
        best_error = error;
        out.scales[run] = static_cast<uint8_t>(s);
        out.minima[run] = static_cast<uint8_t>(m);
      }
    }
  }
  return out;
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
