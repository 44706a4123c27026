#include "tensor/quant/iq2_xs.h"

#include "tensor/encode_grid.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"
#include "tensor/signed_points.h"

namespace ondol {

void IQ2_XS::encode(const float* weights, const float* importance, Block& out) {
  static const GridSearch kSearch(kIq2XsGrid);
  static const GridRules kRules = iq2_rules(kSearch, 16, GridRules::Signs::kEven);
  const GridBlock fit = encode_on_grid(EncodeBlock(weights, importance, kBlockWeights), kRules);
  out.scale = fit.scale;
  for (int j = 0; j < 32; ++j) {
    out.points[j].low = static_cast<uint8_t>(fit.points[j]);
    out.points[j].high = static_cast<uint8_t>(fit.points[j] >> 8 | fit.negative[j] << 1);
  }
  for (int group = 0; group < 8; ++group) {
    out.scales[group] = static_cast<uint8_t>(fit.fields[2 * group] | fit.fields[2 * group + 1] << 4);
  }
}

void IQ2_XS::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int j = 0; j < 32; ++j, weights += 8) {
    const int field = in.scales[j / 4] >> 4 * (j / 2 % 2) & 15;
    const float run_scale = scale * (0.5f + static_cast<float>(field)) * 0.25f;
    const auto [low, high] = in.points[j];
    decode_signed_point(kIq2XsGrid, low | (high & 1) << 8, kIq2Values, with_eighth_sign(high >> 1), run_scale, weights);
  }
}

void IQ2_XS::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_byte_column(in.scales, 8, row, panel_block + 32);
    uint8_t low[32], signs[32];
    for (int j = 0; j < 32; ++j) {
      low[j] = in.points[j].low;
      signs[j] = static_cast<uint8_t>(in.points[j].high >> 1 | in.points[j].high << 7);
    }
    for (int group = 0; group < kBlockWeights / kGroup; ++group) {
      uint8_t* lines = panel_block + 160 + 2 * kLineBytes * group;
      write_byte_lines(low + 4 * group, 1, row, lines);
      write_byte_lines(signs + 4 * group, 1, row, lines + kLineBytes);
    }
  }
}

void IQ2_XS::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  read_byte_column(panel_block + 32, 8, row, out.scales);
  uint8_t low[32], signs[32];
  for (int group = 0; group < kBlockWeights / kGroup; ++group) {
    const uint8_t* lines = panel_block + 160 + 2 * kLineBytes * group;
    read_byte_lines(lines, 1, row, low + 4 * group);
    read_byte_lines(lines + kLineBytes, 1, row, signs + 4 * group);
  }
  for (int j = 0; j < 32; ++j) out.points[j] = {low[j], static_cast<uint8_t>(signs[j] << 1 | signs[j] >> 7)};
}

}  // namespace ondol
