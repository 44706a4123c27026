#include "tensor/quant/tq2_0.h"

#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

constexpr int kGroups = TQ2_0::kBlockWeights / kGroup;

void read_levels(const TQ2_0::Block& in, int group, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c) levels[c] = 0;
  add_fields(in.q + 32 * (group / 4), 2 * (group % 4), 3, 0, levels);
}

// `out` starts as zeros.
void write_levels(const uint8_t* levels, int group, TQ2_0::Block& out) {
  write_fields(levels, 0, 3, 2 * (group % 4), out.q + 32 * (group / 4));
}

}  // namespace

void TQ2_0::encode(const float* weights, const float* importance, Block& out) {
  constexpr LinearLevels kTernary{1, 2};
  const EncodeBlock block(weights, importance, kBlockWeights);
  out = {};
  const float fit = fit_scale(block.x, block.w, kBlockWeights, kTernary, Starts{.n = 16, .tightest = 1, .widest = 4});
  out.scale = round_scale(block, kBlockWeights, fit, kTernary);
  uint8_t levels[kBlockWeights];
  assign_levels(block.x, kBlockWeights, block.from_half(out.scale), 0, kTernary, levels);
  for (int group = 0; group < kGroups; ++group) write_levels(levels + kGroup * group, group, out);
}

void TQ2_0::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int group = 0; group < kGroups; ++group) {
    uint8_t levels[kGroup];
    read_levels(in, group, levels);
    for (int c = 0; c < kGroup; ++c) *weights++ = scale * static_cast<float>(levels[c] - kZero);
  }
}

void TQ2_0::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    for (int half = 0; half < 2; ++half) {
      write_four_crumb_groups(in.q + 32 * half, row, panel_block + 32 + 4 * 2 * kLineBytes * half, 2 * kLineBytes);
    }
  }
}

void TQ2_0::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out = {};
  out.scale = read_half(panel_block, row);
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 32 + 2 * kLineBytes * group;
    uint8_t levels[kGroup] = {};
    add_crumb_lines(lines, row, 0, levels);
    write_levels(levels, group, out);
  }
}

}  // namespace ondol
