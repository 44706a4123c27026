#include "tensor/quant/q6_k.h"

#include "tensor/encode_runs.h"
#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

constexpr int kGroups = Q6_K::kBlockWeights / kGroup;

void read_levels(const Q6_K::Block& in, int group, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c) levels[c] = 0;
  add_fields(in.low + 64 * (group / 4) + 32 * (group % 2), 4 * (group % 4 / 2), 15, 0, levels);
  add_fields(in.high + 32 * (group / 4), 2 * (group % 4), 3, 4, levels);
}

// `out` starts as zeros.
void write_levels(const uint8_t* levels, int group, Q6_K::Block& out) {
  write_fields(levels, 0, 15, 4 * (group % 4 / 2), out.low + 64 * (group / 4) + 32 * (group % 2));
  write_fields(levels, 4, 3, 2 * (group % 4), out.high + 32 * (group / 4));
}

}  // namespace

void Q6_K::encode(const float* weights, const float* importance, Block& out) {
  constexpr LinearLevels kLevels{kZero, kMaxByte};
  const EncodeBlock block(weights, importance, kBlockWeights);
  const RunScales fit = fit_run_scales(block, 16, kLevels, -128, 127, kFineStarts);
  out = {};
  out.scale = fit.scale;
  for (int run = 0; run < 16; ++run) out.scales[run] = static_cast<int8_t>(fit.scales[run]);
  uint8_t levels[kBlockWeights];
  assign_run_levels(block, 16, fit, kLevels, levels);
  for (int group = 0; group < kGroups; ++group) write_levels(levels + kGroup * group, group, out);
}

void Q6_K::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int group = 0; group < kGroups; ++group) {
    uint8_t levels[kGroup];
    read_levels(in, group, levels);
    for (int c = 0; c < kGroup; ++c) {
      const float run_scale = scale * static_cast<float>(in.scales[2 * group + c / 16]);
      *weights++ = run_scale * static_cast<float>(levels[c] - kZero);
    }
  }
}

void Q6_K::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_byte_column(reinterpret_cast<const uint8_t*>(in.scales), 16, row, panel_block + 32);
    for (int half = 0; half < 2; ++half) {
      uint8_t* lines = panel_block + 288 + 4 * 6 * kLineBytes * half;
      for (int group = 0; group < 2; ++group) {
        uint8_t* nibbles = lines + 6 * kLineBytes * group;
        write_two_nibble_groups(in.low + 64 * half + 32 * group, row, nibbles, nibbles + 2 * 6 * kLineBytes);
      }
      write_four_crumb_groups(in.high + 32 * half, row, lines + 4 * kLineBytes, 6 * kLineBytes);
    }
  }
}

void Q6_K::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out = {};
  out.scale = read_half(panel_block, row);
  read_byte_column(panel_block + 32, 16, row, reinterpret_cast<uint8_t*>(out.scales));
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 288 + 6 * kLineBytes * group;
    uint8_t levels[kGroup] = {};
    add_nibble_lines(lines, row, levels);
    add_crumb_lines(lines + 4 * kLineBytes, row, 4, levels);
    write_levels(levels, group, out);
  }
}

}  // namespace ondol
