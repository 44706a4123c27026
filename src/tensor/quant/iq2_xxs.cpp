#include "tensor/quant/iq2_xxs.h"

#include "tensor/encode_grid.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"
#include "tensor/signed_points.h"

namespace ondol {
namespace {

constexpr int kGroups = IQ2_XXS::kBlockWeights / kGroup;

}  // namespace

void IQ2_XXS::encode(const float* weights, const float* importance, Block& out) {
  static const GridSearch kSearch(kIq2XxsGrid);
  static const GridRules kRules = iq2_rules(kSearch, 32, GridRules::Signs::kEven);
  const GridBlock fit = encode_on_grid(EncodeBlock(weights, importance, kBlockWeights), kRules);
  out.scale = fit.scale;
  for (int group = 0; group < kGroups; ++group) {
    SignWord signs{.field = fit.fields[group]};
    for (int j = 0; j < 4; ++j) {
      out.groups[group].points[j] = static_cast<uint8_t>(fit.points[4 * group + j]);
      signs.seven[j] = fit.negative[4 * group + j] & 127;
    }
    write_file_signs(signs, out.groups[group].signs);
  }
}

void IQ2_XXS::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  for (const auto& group : in.groups) {
    const SignWord signs = read_file_signs(group.signs);
    const float group_scale = scale * (0.5f + static_cast<float>(signs.field)) * 0.25f;
    for (int j = 0; j < 4; ++j, weights += 8) {
      decode_signed_point(kIq2XxsGrid, group.points[j], kIq2Values, with_eighth_sign(signs.seven[j]), group_scale,
                          weights);
    }
  }
}

void IQ2_XXS::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    for (int group = 0; group < kGroups; ++group) {
      uint8_t* lines = panel_block + 32 + 2 * kLineBytes * group;
      write_byte_lines(in.groups[group].points, 1, row, lines);
      write_panel_signs(read_file_signs(in.groups[group].signs), row, lines + kLineBytes);
    }
  }
}

void IQ2_XXS::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out.scale = read_half(panel_block, row);
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 32 + 2 * kLineBytes * group;
    read_byte_lines(lines, 1, row, out.groups[group].points);
    write_file_signs(read_panel_signs(lines + kLineBytes, row), out.groups[group].signs);
  }
}

}  // namespace ondol
