// Scale and minimum of one group of Q4_K and Q5_K from the head of a panel block:
//   | scale of rows 0..15: 16 f16 | min_scale: 16 f16 | sc, m: [12][16 rows] bytes |
// For group g, byte g holds sc[g] in bits 0..5 and bits 4, 5 of m[g] in bits 6, 7; half g % 2 of byte 8 + g / 2 holds
// bits 0..3 of m[g].  (The file's order would need another formula for the upper groups than for the lower.)
// Seen by code compiled for wider instruction sets: templates on V only.
#pragma once

#include "tensor/panel.h"
#include "tensor/vector_ops.h"

namespace ondol {

template <class V>
void unpack_k_scales(const uint8_t* panel_block, int group, int first_row, typename V::Floats* scale,
                     typename V::Floats* minimum) {
  const uint8_t* fields = panel_block + 64 + first_row;
  const auto own = V::load_u8(fields + kPanelRows * group);
  const auto shared = V::shift_right(V::load_u8(fields + kPanelRows * (8 + group / 2)), 4 * (group % 2));
  const auto sc = V::and_ints(own, 63);
  const auto m = V::or_ints(V::and_ints(shared, 15), V::and_ints(V::shift_right(own, 2), 0x30));
  *scale = V::mul(V::load_halves(panel_block + 2 * first_row), V::to_floats(sc));
  *minimum = V::mul(V::load_halves(panel_block + 32 + 2 * first_row), V::to_floats(m));
}

}  // namespace ondol
