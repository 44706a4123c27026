// Sizes shared by the types' run layouts (tensor/quant/) and the kernels.  Plain constants: this header is seen by code
// compiled for wider instruction sets, so it may include nothing of the standard library but <cstdint>.
#pragma once

#include <cstdint>

namespace ondol {

inline constexpr int kPanelRows = 16;   // rows interleaved in the run layout
inline constexpr int kGroup = 32;       // columns per activation scale, and per step of the int8 product

}  // namespace ondol
