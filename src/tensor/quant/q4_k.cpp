#include "tensor/quant/q4_k.h"

#include "tensor/encode_runs.h"
#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/k_scales.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

constexpr int kGroups = Q4_K::kBlockWeights / kGroup;

void read_levels(const Q4_K::Block& in, int group, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c) levels[c] = 0;
  add_fields(in.q + 32 * (group / 2), 4 * (group % 2), 15, 0, levels);
}

// `out` starts as zeros.
void write_levels(const uint8_t* levels, int group, Q4_K::Block& out) {
  write_fields(levels, 0, 15, 4 * (group % 2), out.q + 32 * (group / 2));
}

}  // namespace

void Q4_K::encode(const float* weights, const float* importance, Block& out) {
  const EncodeBlock block(weights, importance, kBlockWeights);
  const RunScalesAndMinima fit = fit_run_scales_and_minima(block, 32, kMaxByte, 63, kFineStarts);
  out = {};
  out.scale = fit.scale;
  out.min_scale = fit.min_scale;
  KScales fields;
  for (int group = 0; group < kGroups; ++group) {
    fields.scale[group] = fit.scales[group];
    fields.minimum[group] = fit.minima[group];
  }
  write_k_scales(fields, out.scales);
  uint8_t levels[kBlockWeights];
  assign_run_levels(block, 32, fit, kMaxByte, levels);
  for (int group = 0; group < kGroups; ++group) write_levels(levels + kGroup * group, group, out);
}

void Q4_K::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale), min_scale = half_to_float(in.min_scale);
  const KScales fields = read_k_scales(in.scales);
  for (int group = 0; group < kGroups; ++group) {
    const float group_scale = scale * static_cast<float>(fields.scale[group]);
    const float minimum = min_scale * static_cast<float>(fields.minimum[group]);
    uint8_t levels[kGroup];
    read_levels(in, group, levels);
    for (int c = 0; c < kGroup; ++c) *weights++ = group_scale * static_cast<float>(levels[c]) - minimum;
  }
}

void Q4_K::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_half(in.min_scale, row, panel_block + 32);
    write_panel_k_scales(read_k_scales(in.scales), row, panel_block + 64);
    for (int group = 0; group < kGroups; ++group) {
      uint8_t levels[kGroup];
      read_levels(in, group, levels);
      uint8_t* lines = panel_block + 256 + 4 * kLineBytes * group;
      write_nibble_lines(levels, row, lines);
    }
  }
}

void Q4_K::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out = {};
  out.scale = read_half(panel_block, row);
  out.min_scale = read_half(panel_block + 32, row);
  write_k_scales(read_panel_k_scales(panel_block + 64, row), out.scales);
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 256 + 4 * kLineBytes * group;
    uint8_t levels[kGroup] = {};
    add_nibble_lines(lines, row, levels);
    write_levels(levels, group, out);
  }
}

}  // namespace ondol
