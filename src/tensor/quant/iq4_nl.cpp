#include "tensor/quant/iq4_nl.h"

#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/iq4_levels.h"
#include "tensor/panel_lines.h"

namespace ondol {

void IQ4_NL::encode(const float* weights, const float* importance, Block& out) {
  const EncodeBlock block(weights, importance, kBlockWeights);
  const float fit = fit_scale(block.x, block.w, kBlockWeights, Iq4Levels{}, kIq4Starts);
  out.scale = round_scale(block, kBlockWeights, fit, Iq4Levels{});
  uint8_t levels[kBlockWeights];
  assign_levels(block.x, kBlockWeights, block.from_half(out.scale), 0, Iq4Levels{}, levels);
  write_split_nibbles(levels, out.q);
}

void IQ4_NL::decode(const Block& in, float* weights) {
  uint8_t levels[kBlockWeights];
  read_split_nibbles(in.q, levels);
  const float scale = half_to_float(in.scale);
  for (int c = 0; c < kBlockWeights; ++c) weights[c] = scale * static_cast<float>(kIq4Values[levels[c]]);
}

void IQ4_NL::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    write_half(rows[row]->scale, row, panel_block);
    copy_split_nibbles(rows[row]->q, row, panel_block + 32);
  }
}

void IQ4_NL::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  uint8_t levels[kBlockWeights] = {};
  add_nibble_lines(panel_block + 32, row, levels);
  out.scale = read_half(panel_block, row);
  write_split_nibbles(levels, out.q);
}

}  // namespace ondol
