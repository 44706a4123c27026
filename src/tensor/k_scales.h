// The eight scales and eight minima, 6 bits each, in the 12 bytes of a Q4_K or Q5_K block, and in a panel.  The file's
// order is drawn in tensor/quant/q4_k.h, the panel's in tensor/unpack_k_scales.h.
#pragma once

#include <cstdint>

namespace ondol {

struct KScales {
  uint8_t scale[8];
  uint8_t minimum[8];
};

KScales read_k_scales(const uint8_t* bytes);
void write_k_scales(const KScales& fields, uint8_t* bytes);

// `columns` are the [12][16 rows] bytes of a panel block.
KScales read_panel_k_scales(const uint8_t* columns, int row);
void write_panel_k_scales(const KScales& fields, int row, uint8_t* columns);

}  // namespace ondol
