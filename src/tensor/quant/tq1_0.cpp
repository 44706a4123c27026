#include "tensor/quant/tq1_0.h"

#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

// Where weight `column` of a block lies: a digit of a byte.
struct Digit {
  int byte, n;
};

constexpr Digit digit_of(int column) {
  if (column < 160) return {column % 32, column / 32};
  if (column < 240) return {32 + column % 16, (column - 160) / 16};
  return {48 + column % 4, (column - 240) / 4};
}

constexpr int kPowers[5] = {1, 3, 9, 27, 81};

int level_at(const uint8_t* digits, int column) {
  const Digit digit = digit_of(column);
  return (digits[digit.byte] * kPowers[digit.n] & 255) * 3 >> 8;
}

}  // namespace

void TQ1_0::encode(const float* weights, const float* importance, Block& out) {
  constexpr LinearLevels kTernary{1, 2};
  const EncodeBlock block(weights, importance, kBlockWeights);
  out = {};
  const float fit = fit_scale(block.x, block.w, kBlockWeights, kTernary, Starts{.n = 16, .tightest = 1, .widest = 4});
  out.scale = round_scale(block, kBlockWeights, fit, kTernary);
  uint8_t levels[kBlockWeights];
  assign_levels(block.x, kBlockWeights, block.from_half(out.scale), 0, kTernary, levels);
  int numbers[sizeof(out.digits)] = {};
  for (int c = 0; c < kBlockWeights; ++c) numbers[digit_of(c).byte] += levels[c] * kPowers[4 - digit_of(c).n];
  // number / 243 as a fraction of 256, rounded up so that cutting digits off meets no rounding error
  for (int i = 0; i < 52; ++i) out.digits[i] = static_cast<uint8_t>((numbers[i] * 256 + 242) / 243);
}

void TQ1_0::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int c = 0; c < kBlockWeights; ++c) weights[c] = scale * static_cast<float>(level_at(in.digits, c) - kZero);
}

void TQ1_0::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    write_half(rows[row]->scale, row, panel_block);
    write_byte_lines(rows[row]->digits, 13, row, panel_block + 32);
  }
}

void TQ1_0::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  read_byte_lines(panel_block + 32, 13, row, out.digits);
}

}  // namespace ondol
