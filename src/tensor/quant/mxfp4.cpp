#include "tensor/quant/mxfp4.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tensor/encode_search.h"
#include "tensor/panel_lines.h"

namespace ondol {

namespace {

constexpr int kValues[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// The E2M1 number nearest to a given one, doubled.
struct E2m1Levels {
  int level(float v) const {
    const float magnitude = std::fabs(v);
    // halfway to the next larger value; of two equally near, the smaller
    static constexpr float kMiddles[7] = {0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10};
    int level = 0;
    for (float middle : kMiddles) level += magnitude > middle;
    return v < 0 && level > 0 ? level + 8 : level;
  }
  float nearest(float v) const { return static_cast<float>(kValues[level(v)]); }
};

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
    const int stored = std::clamp(exponent, 0, 254);
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
    uint8_t levels[kBlockWeights];
    read_split_nibbles(rows[row]->q, levels);
    panel_block[row] = rows[row]->exponent;
    write_nibble_lines(levels, row, panel_block + 16);
  }
}

void MXFP4::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  uint8_t levels[kBlockWeights] = {};
  add_nibble_lines(panel_block + 16, row, levels);
  out.exponent = panel_block[row];
  write_split_nibbles(levels, out.q);
}

}  // namespace ondol
