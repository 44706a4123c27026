#include "tensor/quant/f16.h"

#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {

void F16::encode(const float* weights, const float*, Block& out) { out.weight = float_to_half(*weights); }
void F16::decode(const Block& in, float* weights) { *weights = half_to_float(in.weight); }

void F16::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) write_half(rows[row]->weight, row, panel_block);
}
void F16::unpack_row(const uint8_t* panel_block, int row, Block& out) { out.weight = read_half(panel_block, row); }

}  // namespace ondol
