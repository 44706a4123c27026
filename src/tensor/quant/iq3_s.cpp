#include "tensor/quant/iq3_s.h"

#include "tensor/encode_grid.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"
#include "tensor/signed_points.h"

namespace ondol {

void IQ3_S::encode(const float* weights, const float* importance, Block& out) {
  static const GridSearch kSearch(kIq3SGrid);
  static const GridRules kRules{.search = &kSearch,
                                .values = {1, 3, 5, 7, 9, 11, 13, 15},
                                .part = 1,
                                .run_weights = 32,
                                .highest_field = 15,
                                .signs = GridRules::Signs::kFree,
                                .starts = kIq3Starts};
  const GridBlock fit = encode_on_grid(EncodeBlock(weights, importance, kBlockWeights), kRules);
  out = {};
  out.scale = fit.scale;
  for (int j = 0; j < 64; ++j) {
    out.points_low[j] = static_cast<uint8_t>(fit.points[j]);
    out.points_high[j / 8] = static_cast<uint8_t>(out.points_high[j / 8] | fit.points[j] >> 8 << j % 8);
  }
  for (int j = 0; j < 32; ++j) out.signs[j] = fit.negative[j];
  for (int i = 0; i < 4; ++i) { out.scales[i] = static_cast<uint8_t>(fit.fields[2 * i] | fit.fields[2 * i + 1] << 4); }
}

void IQ3_S::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int j = 0; j < 64; ++j, weights += 4) {
    const int field = in.scales[j / 16] >> 4 * (j / 8 % 2) & 15;
    const float group_scale = scale * static_cast<float>(1 + 2 * field);
    const int point = in.points_low[j] | (in.points_high[j / 8] >> j % 8 & 1) << 8;
    decode_signed_point(kIq3SGrid, point, kIq3SValues, in.signs[j / 2] >> 4 * (j % 2), group_scale, weights);
  }
}

void IQ3_S::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_byte_column(in.scales, 4, row, panel_block + 32);
    write_byte_column(in.points_high, 8, row, panel_block + 96);
    for (int group = 0; group < kBlockWeights / kGroup; ++group) {
      uint8_t* lines = panel_block + 224 + 3 * kLineBytes * group;
      write_byte_lines(in.points_low + 8 * group, 2, row, lines);
      write_byte_lines(in.signs + 4 * group, 1, row, lines + 2 * kLineBytes);
    }
  }
}

void IQ3_S::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  read_byte_column(panel_block + 32, 4, row, out.scales);
  read_byte_column(panel_block + 96, 8, row, out.points_high);
  for (int group = 0; group < kBlockWeights / kGroup; ++group) {
    const uint8_t* lines = panel_block + 224 + 3 * kLineBytes * group;
    read_byte_lines(lines, 2, row, out.points_low + 8 * group);
    read_byte_lines(lines + 2 * kLineBytes, 1, row, out.signs + 4 * group);
  }
}

}  // namespace ondol
