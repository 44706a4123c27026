#include "tensor/quant/f32.h"

#include <cstring>

namespace ondol {

void F32::encode(const float* weights, const float*, Block& out) { out.weight = *weights; }
void F32::decode(const Block& in, float* weights) { *weights = in.weight; }

void F32::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) std::memcpy(panel_block + row * 4, rows[row], 4);
}
void F32::unpack_row(const uint8_t* panel_block, int row, Block& out) { std::memcpy(&out, panel_block + row * 4, 4); }

}  // namespace ondol
