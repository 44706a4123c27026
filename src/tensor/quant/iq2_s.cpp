#include "tensor/quant/iq2_s.h"

#include "tensor/encode_grid.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"
#include "tensor/signed_points.h"

namespace ondol {

void IQ2_S::encode(const float* weights, const float* importance, Block& out) {
  static const GridSearch kSearch(kIq2SGrid);
  static const GridRules kRules = iq2_rules(kSearch, 16, GridRules::Signs::kFree);
  const GridBlock fit = encode_on_grid(EncodeBlock(weights, importance, kBlockWeights), kRules);
  out = {};
  out.scale = fit.scale;
  for (int j = 0; j < 32; ++j) {
    out.points_low[j] = static_cast<uint8_t>(fit.points[j]);
    out.points_high[j / 4] = static_cast<uint8_t>(out.points_high[j / 4] | fit.points[j] >> 8 << 2 * (j % 4));
    out.signs[j] = fit.negative[j];
  }
  for (int group = 0; group < 8; ++group) {
    out.scales[group] = static_cast<uint8_t>(fit.fields[2 * group] | fit.fields[2 * group + 1] << 4);
  }
}

void IQ2_S::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int j = 0; j < 32; ++j, weights += 8) {
    const int field = in.scales[j / 4] >> 4 * (j / 2 % 2) & 15;
    const float run_scale = scale * (0.5f + static_cast<float>(field)) * 0.25f;
    const int point = in.points_low[j] | (in.points_high[j / 4] >> 2 * (j % 4) & 3) << 8;
    decode_signed_point(kIq2SGrid, point, kIq2Values, in.signs[j], run_scale, weights);
  }
}

void IQ2_S::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_byte_column(in.scales, 8, row, panel_block + 32);
    write_byte_column(in.points_high, 8, row, panel_block + 160);
    for (int group = 0; group < kBlockWeights / kGroup; ++group) {
      uint8_t* lines = panel_block + 288 + 2 * kLineBytes * group;
      write_byte_lines(in.points_low + 4 * group, 1, row, lines);
      write_byte_lines(in.signs + 4 * group, 1, row, lines + kLineBytes);
    }
  }
}

void IQ2_S::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  read_byte_column(panel_block + 32, 8, row, out.scales);
  read_byte_column(panel_block + 160, 8, row, out.points_high);
  for (int group = 0; group < kBlockWeights / kGroup; ++group) {
    const uint8_t* lines = panel_block + 288 + 2 * kLineBytes * group;
    read_byte_lines(lines, 1, row, out.points_low + 4 * group);
    read_byte_lines(lines + kLineBytes, 1, row, out.signs + 4 * group);
  }
}

}  // namespace ondol
