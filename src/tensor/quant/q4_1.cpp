#include "tensor/quant/q4_1.h"

#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {

void Q4_1::encode(const float* weights, const float* importance, Block& out) {
  const EncodeBlock block(weights, importance, kBlockWeights);
  const ScaleAndMinimum fit = fit_scale_and_minimum(block.x, block.w, kBlockWeights, kMaxByte, false,
                                                    Starts{.n = 13, .tightest = 0.9f, .widest = 1.1f});
  const ScaleAndOffset rounded = round_scale_and_offset(block, kBlockWeights, fit, kMaxByte);
  out.scale = rounded.scale;
  out.offset = rounded.offset;
  uint8_t levels[kBlockWeights];
  assign_levels(block.x, kBlockWeights, block.from_half(out.scale), -block.from_half(out.offset),
                LinearLevels{0, kMaxByte}, levels);
  write_split_nibbles(levels, out.q);
}

void Q4_1::decode(const Block& in, float* weights) {
  uint8_t levels[kBlockWeights];
  read_split_nibbles(in.q, levels);
  const float scale = half_to_float(in.scale), offset = half_to_float(in.offset);
  for (int c = 0; c < kBlockWeights; ++c) weights[c] = scale * static_cast<float>(levels[c]) + offset;
}

void Q4_1::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    write_half(rows[row]->scale, row, panel_block);
    write_half(rows[row]->offset, row, panel_block + 32);
    copy_split_nibbles(rows[row]->q, row, panel_block + 64);
  }
}

void Q4_1::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  uint8_t levels[kBlockWeights] = {};
  add_nibble_lines(panel_block + 64, row, levels);
  out.scale = read_half(panel_block, row);
  out.offset = read_half(panel_block + 32, row);
  write_split_nibbles(levels, out.q);
}

}  // namespace ondol
