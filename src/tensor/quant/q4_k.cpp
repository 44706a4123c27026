#include "tensor/quant/q4_k.h"

#include "tensor/k_groups.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

void read_levels(const Q4_K::Block& in, int group, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c) levels[c] = 0;
  add_fields(in.q + 32 * (group / 2), 4 * (group % 2), 15, 0, levels);
}

// `out` starts as zeros.
void write_levels(const uint8_t* levels, int group, Q4_K::Block& out) {
  write_fields(levels, 0, 15, 4 * (group % 2), out.q + 32 * (group / 2));
}

}  // namespace

void Q4_K::encode(const float* weights, const float* importance, Block& out) {
  encode_k_groups(weights, importance, kMaxByte, out, write_levels);
}

void Q4_K::decode(const Block& in, float* weights) { decode_k_groups(in, weights, read_levels); }

void Q4_K::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    pack_k_head(in, row, panel_block);
    for (int group = 0; group < kKGroups; group += 2) {
      uint8_t* lines = panel_block + 256 + 4 * kLineBytes * group;
      write_two_nibble_groups(in.q + 16 * group, row, lines, lines + 4 * kLineBytes);
    }
  }
}

void Q4_K::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out = {};
  unpack_k_head(panel_block, row, out);
  for (int group = 0; group < kKGroups; ++group) {
    const uint8_t* lines = panel_block + 256 + 4 * kLineBytes * group;
    uint8_t levels[kGroup] = {};
    add_nibble_lines(lines, row, levels);
    write_levels(levels, group, out);
  }
}

}  // namespace ondol
