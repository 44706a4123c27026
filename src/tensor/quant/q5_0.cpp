#include "tensor/quant/q5_0.h"

#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

void read_levels(const Q5_0::Block& in, uint8_t* levels) {
  read_split_nibbles(in.low, levels);
  add_word_bits(in.high, levels);
}

void write_levels(const uint8_t* levels, Q5_0::Block& out) {
  write_split_nibbles(levels, out.low);
  write_word_bits(levels, out.high);
}

}  // namespace

void Q5_0::encode(const float* weights, const float* importance, Block& out) {
  constexpr LinearLevels kLevels{kZero, kMaxByte};
  const EncodeBlock block(weights, importance, kBlockWeights);
  const float fit = fit_scale(block.x, block.w, kBlockWeights, kLevels);
  out.scale = round_scale(block, kBlockWeights, fit, kLevels);
  uint8_t levels[kBlockWeights];
  assign_levels(block.x, kBlockWeights, block.from_half(out.scale), 0, kLevels, levels);
  write_levels(levels, out);
}

void Q5_0::decode(const Block& in, float* weights) {
  uint8_t levels[kBlockWeights];
  read_levels(in, levels);
  const float scale = half_to_float(in.scale);
  for (int c = 0; c < kBlockWeights; ++c) weights[c] = scale * static_cast<float>(levels[c] - kZero);
}

void Q5_0::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    uint8_t levels[kBlockWeights] = {};
    add_word_bits(rows[row]->high, levels);
    write_half(rows[row]->scale, row, panel_block);
    write_bit_line(levels, 4, row, panel_block + 32);
    copy_split_nibbles(rows[row]->low, row, panel_block + 32 + kLineBytes);
  }
}

void Q5_0::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  uint8_t levels[kBlockWeights] = {};
  add_nibble_lines(panel_block + 32 + kLineBytes, row, levels);
  add_bit_line(panel_block + 32, row, 4, levels);
  out.scale = read_half(panel_block, row);
  write_levels(levels, out);
}

}  // namespace ondol
