#include "tensor/quant/iq1_s.h"

#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {

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
