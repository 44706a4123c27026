#include "tensor/quant/q2_k.h"

#include "tensor/encode_runs.h"
#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

constexpr int kGroups = Q2_K::kBlockWeights / kGroup;

void read_levels(const Q2_K::Block& in, int group, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c) levels[c] = 0;
  add_fields(in.q + 32 * (group / 4), 2 * (group % 4), 3, 0, levels);
}

// `out` starts as zeros.
void write_levels(const uint8_t* levels, int group, Q2_K::Block& out) {
  write_fields(levels, 0, 3, 2 * (group % 4), out.q + 32 * (group / 4));
}

}  // namespace

void Q2_K::encode(const float* weights, const float* importance, Block& out) {
  const EncodeBlock block(weights, importance, kBlockWeights);
  const RunScalesAndMinima fit = fit_run_scales_and_minima(block, 16, kMaxByte, 15, kCoarseStarts);
  out = {};
  out.scale = fit.scale;
  out.min_scale = fit.min_scale;
  for (int run = 0; run < 16; ++run) { out.scales[run] = static_cast<uint8_t>(fit.scales[run] | fit.minima[run] << 4); }
  uint8_t levels[kBlockWeights];
  assign_run_levels(block, 16, fit, kMaxByte, levels);
  for (int group = 0; group < kGroups; ++group) write_levels(levels + kGroup * group, group, out);
}

void Q2_K::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale), min_scale = half_to_float(in.min_scale);
  for (int group = 0; group < kGroups; ++group) {
    uint8_t levels[kGroup];
    read_levels(in, group, levels);
    for (int c = 0; c < kGroup; ++c) {
      const int fields = in.scales[2 * group + c / 16];
      const float run_scale = scale * static_cast<float>(fields & 15);
      const float minimum = min_scale * static_cast<float>(fields >> 4);
      *weights++ = run_scale * static_cast<float>(levels[c]) - minimum;
    }
  }
}

void Q2_K::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_half(in.min_scale, row, panel_block + 32);
    write_byte_column(in.scales, 16, row, panel_block + 64);
    for (int half = 0; half < 2; ++half) {
      write_four_crumb_groups(in.q + 32 * half, row, panel_block + 320 + 4 * 2 * kLineBytes * half, 2 * kLineBytes);
    }
  }
}

void Q2_K::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out = {};
  out.scale = read_half(panel_block, row);
  out.min_scale = read_half(panel_block + 32, row);
  read_byte_column(panel_block + 64, 16, row, out.scales);
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 320 + 2 * kLineBytes * group;
    uint8_t levels[kGroup] = {};
    add_crumb_lines(lines, row, 0, levels);
    write_levels(levels, group, out);
  }
}

}  // namespace ondol
