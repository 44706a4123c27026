#include "tensor/quant/q8_0.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {

void Q8_0::encode(const float* weights, const float* importance, Block& out) {
  const EncodeBlock block(weights, importance, kBlockWeights);
  float largest = 0;
  for (float x : std::span(block.x, kBlockWeights)) largest = std::max(largest, std::fabs(x));
  out.scale = block.to_half(largest / 127);
  uint8_t levels[kBlockWeights];
  // Levels 1..255: -128 is left out, so that both signs reach as far.
  assign_levels(block.x, kBlockWeights, block.from_half(out.scale), 0, LinearLevels{127, 254}, levels);
  for (int c = 0; c < kBlockWeights; ++c) out.q[c] = static_cast<int8_t>(levels[c] - 127);
}

void Q8_0::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int c = 0; c < kBlockWeights; ++c) weights[c] = scale * static_cast<float>(in.q[c]);
}

void Q8_0::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    uint8_t bytes[kBlockWeights];
    for (int c = 0; c < kBlockWeights; ++c) bytes[c] = static_cast<uint8_t>(rows[row]->q[c] + kZero);
    write_half(rows[row]->scale, row, panel_block);
    write_byte_lines(bytes, 8, row, panel_block + 32);
  }
}

void Q8_0::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  uint8_t bytes[kBlockWeights];
  read_byte_lines(panel_block + 32, 8, row, bytes);
  out.scale = read_half(panel_block, row);
  for (int c = 0; c < kBlockWeights; ++c) out.q[c] = static_cast<int8_t>(bytes[c] - kZero);
}

}  // namespace ondol
