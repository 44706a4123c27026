#include "tensor/quant/mxfp4.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tensor/encode_search.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

constexpr int kValues[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// The E2M1 numbers, doubled: steps of 1 up to 4, of 2 up to 8, of 4 up to 12.
struct E2m1Levels {
  float nearest(float v) const {
    // Adding 1.5 * 2^23 times the step leaves a multiple of the step.
    const float magnitude = std::fabs(v) > 12 ? 12 : std::fabs(v);
    const float step = magnitude < 4 ? 1.0f : magnitude < 8 ? 2.0f : 4.0f;
    const float rounder = 12582912.0f * step;
    return std::copysign((magnitude + rounder) - rounder, v);
  }
  int level(float v) const {
    static constexpr uint8_t kLevels[13] = {0, 1, 2, 3, 4, 0, 5, 0, 6, 0, 0, 0, 7};
    const int value = static_cast<int>(nearest(v));
    return value < 0 ? kLevels[-value] + 8 : kLevels[value];
  }
};

// The last exponent whose largest value, 12 times 2^(252 - 128), is a finite f32.
constexpr int kHighestExponent = 252;

// 2^(exponent - 128)
double scale_of(int exponent) { return std::ldexp(1.0, exponent - 128); }

}  // namespace

// The specification takes the power of two that maps the largest weight to 4..8 (here 8..16, doubled), where 12 is the
// end; its neighbours are tried too.
void MXFP4::encode(const float* weights, const float* importance, Block& out) {
  const EncodeBlock block(weights, importance, kBlockWeights);
  out = {};
  if (block.is_zero()) return;
  const int usual = std::ilogb(block.unit) - 1 - 3 + 128;
  float best_scale = 0, best_error = INFINITY;
  for (int exponent = usual - 1; exponent <= usual + 1; ++exponent) {
    const int stored = std::clamp(exponent, 0, kHighestExponent);
    const float scale = static_cast<float>(scale_of(stored) / block.unit);
    const float error = coding_error(block.x, block.w, kBlockWeights, scale, 0, E2m1Levels{});
    if (error >= best_error) continue;
    best_error = error;
    best_scale = scale;
    out.exponent = static_cast<uint8_t>(stored);
  }
  uint8_t levels[kBlockWeights];
  assign_levels(block.x, kBlockWeights, best_scale, 0, E2m1Levels{}, levels);
  write_split_nibbles(levels, out.q);
}

void MXFP4::decode(const Block& in, float* weights) {
  uint8_t levels[kBlockWeights];
  read_split_nibbles(in.q, levels);
  const float scale = static_cast<float>(scale_of(in.exponent));
  for (int c = 0; c < kBlockWeights; ++c) weights[c] = scale * static_cast<float>(kValues[levels[c]]);
}

void MXFP4::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    panel_block[row] = rows[row]->exponent;
    copy_split_nibbles(rows[row]->q, row, panel_block + 16);
  }
}

void MXFP4::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  uint8_t levels[kBlockWeights] = {};
  add_nibble_lines(panel_block + 16, row, levels);
  out.exponent = panel_block[row];
  write_split_nibbles(levels, out.q);
}

}  // namespace ondol
