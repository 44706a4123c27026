// What Q4_K and Q5_K share: eight groups of 32 weights, each with a 6-bit scale and minimum (tensor/k_scales.h) times
// an f16 scale and minimum of the block.  They differ only in how many bits a level has and where they lie, which
//   read_levels(in, group, levels)    fills levels[32]
//   write_levels(levels, group, out)  or-s into an `out` that started as zeros
// say.
#pragma once

#include "tensor/encode_runs.h"
#include "tensor/half.h"
#include "tensor/k_scales.h"
#include "tensor/panel_lines.h"

namespace ondol {

inline constexpr int kKGroups = EncodeBlock::kMaxWeights / kGroup;

template <class Block, class WriteLevels>
void encode_k_groups(const float* weights, const float* importance, int highest_level, Block& out,
                     WriteLevels&& write_levels) {
  const EncodeBlock block(weights, importance, EncodeBlock::kMaxWeights);
  const RunScalesAndMinima fit = fit_run_scales_and_minima(block, kGroup, highest_level, 63, kFineStarts);
  out = {};
  out.scale = fit.scale;
  out.min_scale = fit.min_scale;
  KScales fields;
  for (int group = 0; group < kKGroups; ++group) {
    fields.scale[group] = fit.scales[group];
    fields.minimum[group] = fit.minima[group];
  }
  write_k_scales(fields, out.scales);
  uint8_t levels[EncodeBlock::kMaxWeights];
  assign_run_levels(block, kGroup, fit, highest_level, levels);
  for (int group = 0; group < kKGroups; ++group) write_levels(levels + kGroup * group, group, out);
}

template <class Block, class ReadLevels>
void decode_k_groups(const Block& in, float* weights, ReadLevels&& read_levels) {
  const float scale = half_to_float(in.scale), min_scale = half_to_float(in.min_scale);
  const KScales fields = read_k_scales(in.scales);
  for (int group = 0; group < kKGroups; ++group) {
    const float group_scale = scale * static_cast<float>(fields.scale[group]);
    const float minimum = min_scale * static_cast<float>(fields.minimum[group]);
    uint8_t levels[kGroup];
    read_levels(in, group, levels);
    for (int c = 0; c < kGroup; ++c) *weights++ = group_scale * static_cast<float>(levels[c]) - minimum;
  }
}

// The head of a panel block: | scale of rows 0..15: 16 f16 | min_scale: 16 f16 | sc and m: [12][16 rows] bytes |
template <class Block>
void pack_k_head(const Block& in, int row, uint8_t* panel_block) {
  write_half(in.scale, row, panel_block);
  write_half(in.min_scale, row, panel_block + 32);
  write_panel_k_scales(read_k_scales(in.scales), row, panel_block + 64);
}

template <class Block>
void unpack_k_head(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  out.min_scale = read_half(panel_block + 32, row);
  write_k_scales(read_panel_k_scales(panel_block + 64, row), out.scales);
}

}  // namespace ondol
