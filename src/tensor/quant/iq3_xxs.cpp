#include "tensor/quant/iq3_xxs.h"

#include "tensor/encode_grid.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"
#include "tensor/signed_points.h"

namespace ondol {
namespace {

constexpr int kGroups = IQ3_XXS::kBlockWeights / kGroup;

}  // namespace

void IQ3_XXS::encode(const float* weights, const float* importance, Block& out) {
  static const GridSearch kSearch(kIq3XxsGrid);
  static const GridRules kRules{.search = &kSearch,
                                .values = {4, 12, 20, 28, 36, 44, 52, 62},
                                .part = 0.25f,
                                .run_weights = 32,
                                .highest_field = 15,
                                .signs = GridRules::Signs::kEven,
                                .starts = kIq3Starts};
  const GridBlock fit = encode_on_grid(EncodeBlock(weights, importance, kBlockWeights), kRules);
  out.scale = fit.scale;
  for (int j = 0; j < 64; ++j) out.points[j] = static_cast<uint8_t>(fit.points[j]);
  for (int group = 0; group < kGroups; ++group) {
    SignWord signs{.field = fit.fields[group]};
    for (int j = 0; j < 4; ++j) signs.seven[j] = fit.negative[4 * group + j] & 127;
    write_file_signs(signs, out.signs + 4 * group);
  }
}

void IQ3_XXS::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (int group = 0; group < kGroups; ++group) {
    const SignWord signs = read_file_signs(in.signs + 4 * group);
    const float group_scale = scale * (0.5f + static_cast<float>(signs.field)) * 0.5f;
    for (int j = 0; j < 8; ++j, weights += 4) {
      const int four_signs = with_eighth_sign(signs.seven[j / 2]) >> 4 * (j % 2);
      decode_signed_point(kIq3XxsGrid, in.points[8 * group + j], kIq3XxsValues, four_signs, group_scale, weights);
    }
  }
}

void IQ3_XXS::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    for (int group = 0; group < kGroups; ++group) {
      uint8_t* lines = panel_block + 32 + 3 * kLineBytes * group;
      write_byte_lines(in.points + 8 * group, 2, row, lines);
      write_panel_signs(read_file_signs(in.signs + 4 * group), row, lines + 2 * kLineBytes);
    }
  }
}

void IQ3_XXS::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 32 + 3 * kLineBytes * group;
    read_byte_lines(lines, 2, row, out.points + 8 * group);
    write_file_signs(read_panel_signs(lines + 2 * kLineBytes, row), out.signs + 4 * group);
  }
}

}  // namespace ondol
