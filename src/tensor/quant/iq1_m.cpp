#include "tensor/quant/iq1_m.h"

#include "tensor/encode_grid.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

// The f16 and the sixteen fields of 3 bits that share four words.
struct Scales {
  uint16_t scale;
  uint8_t fields[16];
};

Scales read_scales(const uint8_t* words) {
  Scales scales{};
  for (int k = 0; k < 4; ++k) {
    const int word = words[2 * k] | words[2 * k + 1] << 8;
    scales.scale = static_cast<uint16_t>(scales.scale | word >> 12 << 4 * k);
    for (int i = 0; i < 4; ++i) scales.fields[4 * k + i] = word >> 3 * i & 7;
  }
  return scales;
}

void write_scales(const Scales& scales, uint8_t* words) {
  for (int k = 0; k < 4; ++k) {
    int word = (scales.scale >> 4 * k & 15) << 12;
    for (int i = 0; i < 4; ++i) word |= scales.fields[4 * k + i] << 3 * i;
    words[2 * k] = static_cast<uint8_t>(word);
    words[2 * k + 1] = static_cast<uint8_t>(word >> 8);
  }
}

}  // namespace

void IQ1_M::encode(const float* weights, const float* importance, Block& out) {
  static const GridSearch kSearch(kIq1Grid);
  static const GridRules kRules = iq1_rules(kSearch, 16, 8);
  const GridBlock fit = encode_on_grid(EncodeBlock(weights, importance, kBlockWeights), kRules);
  out = {};
  for (int j = 0; j < 32; ++j) {
    out.points_low[j] = static_cast<uint8_t>(fit.points[j]);
    const int half = fit.points[j] >> 8 | fit.negative[j] << 3;
    out.points_high[j / 2] = static_cast<uint8_t>(out.points_high[j / 2] | half << 4 * (j % 2));
  }
  Scales scales{.scale = fit.scale};
  for (int run = 0; run < 16; ++run) scales.fields[run] = fit.fields[run];
  write_scales(scales, out.scales);
}

void IQ1_M::decode(const Block& in, float* weights) {
  const Scales scales = read_scales(in.scales);
  const float scale = half_to_float(scales.scale);
  for (int j = 0; j < 32; ++j) {
    const float run_scale = scale * static_cast<float>(2 * scales.fields[j / 2] + 1);
    const int high = in.points_high[j / 2] >> 4 * (j % 2);
    const float delta = high & 8 ? -0.125f : 0.125f;
    const int point = in.points_low[j] | (high & 7) << 8;
    for (int c = 0; c < 8; ++c) {
      *weights++ = run_scale * (static_cast<float>(grid_level(kIq1Grid, point, c) - 1) + delta);
    }
  }
}

void IQ1_M::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    const Scales scales = read_scales(in.scales);
    write_half(scales.scale, row, panel_block);
    uint8_t bytes[6];
    for (int n = 0; n < 2; ++n) {
      uint32_t word = 0;
      for (int i = 0; i < 8; ++i) word |= static_cast<uint32_t>(scales.fields[8 * n + i]) << 3 * i;
      for (int b = 0; b < 3; ++b) bytes[3 * n + b] = static_cast<uint8_t>(word >> 8 * b);
    }
    write_byte_column(bytes, 6, row, panel_block + 32);
    write_byte_column(in.points_high, 16, row, panel_block + 128);
    write_byte_lines(in.points_low, 8, row, panel_block + 384);
  }
}

void IQ1_M::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  Scales scales;
  scales.scale = read_half(panel_block, row);
  uint8_t bytes[6];
  read_byte_column(panel_block + 32, 6, row, bytes);
  for (int k = 0; k < 16; ++k) {
    const uint8_t* three = bytes + 3 * (k / 8);
    scales.fields[k] = (three[0] | three[1] << 8 | three[2] << 16) >> 3 * (k % 8) & 7;
  }
  write_scales(scales, out.scales);
  read_byte_column(panel_block + 128, 16, row, out.points_high);
  read_byte_lines(panel_block + 384, 8, row, out.points_low);
}

}  // namespace ondol
