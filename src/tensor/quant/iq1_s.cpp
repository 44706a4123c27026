#include "tensor/quant/iq1_s.h"

#include "tensor/encode_grid.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {

void IQ1_S::encode(const float* weights, const float* importance, Block& out) {
  static const GridSearch kSearch(kIq1Grid);
  static const GridRules kRules = iq1_rules(kSearch, 32, 32);
  const GridBlock fit = encode_on_grid(EncodeBlock(weights, importance, kBlockWeights), kRules);
  out.scale = fit.scale;
  for (int group = 0; group < kBlockWeights / kGroup; ++group) {
    int word = fit.fields[group] << 12 | fit.negative[4 * group] << 15;
    for (int i = 0; i < 4; ++i) {
      out.points_low[4 * group + i] = static_cast<uint8_t>(fit.points[4 * group + i]);
      word |= fit.points[4 * group + i] >> 8 << 3 * i;
    }
    out.words[2 * group] = static_cast<uint8_t>(word);
    out.words[2 * group + 1] = static_cast<uint8_t>(word >> 8);
  }
}

void IQ1_S::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int group = 0; group < kBlockWeights / kGroup; ++group) {
    const int word = in.words[2 * group] | in.words[2 * group + 1] << 8;
    const float group_scale = scale * static_cast<float>(2 * (word >> 12 & 7) + 1);
    const float delta = word >> 15 ? -0.125f : 0.125f;
    for (int i = 0; i < 4; ++i) {
      const int point = in.points_low[4 * group + i] | (word >> 3 * i & 7) << 8;
      for (int c = 0; c < 8; ++c) {
        *weights++ = group_scale * (static_cast<float>(grid_level(kIq1Grid, point, c) - 1) + delta);
      }
    }
  }
}

void IQ1_S::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_byte_column(in.words, 16, row, panel_block + 32);
    write_byte_lines(in.points_low, 8, row, panel_block + 288);
  }
}

void IQ1_S::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  read_byte_column(panel_block + 32, 16, row, out.words);
  read_byte_lines(panel_block + 288, 8, row, out.points_low);
}

}  // namespace ondol
