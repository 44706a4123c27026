#include "tensor/quant/iq4_xs.h"

#include "tensor/encode_runs.h"
#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/iq4_levels.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

constexpr int kGroups = IQ4_XS::kBlockWeights / kGroup;

void read_levels(const IQ4_XS::Block& in, int group, uint8_t* levels) { read_split_nibbles(in.q + 16 * group, levels); }

// `out` starts as zeros.
void write_levels(const uint8_t* levels, int group, IQ4_XS::Block& out) {
  write_split_nibbles(levels, out.q + 16 * group);
}

int scale_field(const IQ4_XS::Block& in, int group) {
  const int low = in.scales_low[group / 2] >> 4 * (group % 2) & 15;
  const int high = in.scales_high[group / 4] >> 2 * (group % 4) & 3;
  return low | high << 4;
}

// `out` starts as zeros.
void write_scale_field(int field, int group, IQ4_XS::Block& out) {
  uint8_t& low = out.scales_low[group / 2];
  uint8_t& high = out.scales_high[group / 4];
  low = static_cast<uint8_t>(low | (field & 15) << 4 * (group % 2));
  high = static_cast<uint8_t>(high | field >> 4 << 2 * (group % 4));
}

}  // namespace

void IQ4_XS::encode(const float* weights, const float* importance, Block& out) {
  constexpr Iq4Levels kLevels{};
  const EncodeBlock block(weights, importance, kBlockWeights);
  const RunScales fit = fit_run_scales(block, 32, kLevels, -32, 31, kIq4Starts);
  out = {};
  out.scale = fit.scale;
  for (int group = 0; group < kGroups; ++group) write_scale_field(fit.scales[group] + 32, group, out);
  uint8_t levels[kBlockWeights];
  assign_run_levels(block, 32, fit, kLevels, levels);
  for (int group = 0; group < kGroups; ++group) write_levels(levels + kGroup * group, group, out);
}

void IQ4_XS::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int group = 0; group < kGroups; ++group) {
    const float group_scale = scale * static_cast<float>(scale_field(in, group) - 32);
    uint8_t levels[kGroup];
    read_levels(in, group, levels);
    for (int c = 0; c < kGroup; ++c) *weights++ = group_scale * static_cast<float>(kIq4Values[levels[c]]);
  }
}

void IQ4_XS::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_byte_column(in.scales_high, 2, row, panel_block + 32);
    write_byte_column(in.scales_low, 4, row, panel_block + 64);
    for (int group = 0; group < kGroups; ++group) {
      copy_split_nibbles(in.q + 16 * group, row, panel_block + 128 + 4 * kLineBytes * group);
    }
  }
}

void IQ4_XS::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out = {};
  out.scale = read_half(panel_block, row);
  read_byte_column(panel_block + 32, 2, row, out.scales_high);
  read_byte_column(panel_block + 64, 4, row, out.scales_low);
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 128 + 4 * kLineBytes * group;
    uint8_t levels[kGroup] = {};
    add_nibble_lines(lines, row, levels);
    write_levels(levels, group, out);
  }
}

}  // namespace ondol
