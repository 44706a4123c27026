// Sizes shared by the types' run layouts (tensor/quant/) and the kernels.  Plain constants: this header is seen by code
// compiled for wider instruction sets, so it may include nothing of the standard library but <cstdint>.
//
// The int8 product reads every quantised type T of tensor/quant/ as
//   weight[r, c] = scale[r, c / T::kScaleEvery] * (byte[r, c] - T::kZero) - minimum[r, c / T::kScaleEvery]
// with unsigned bytes up to T::kMaxByte; minimum is zero (and never written) unless T::kHasMinimum.  It meets
// activations of 8 bits with a scale for every T::kActivationScaleEvery columns: 256, what llama.cpp takes for its
// K-quants, where the weights' own error is far above the activations'; 32 for the finest types.  Blocks are packed
// structs: tensors of foreign files may lie at any address.  T offers, besides encode and decode:
//   pack, unpack_row   one block of each of kPanelRows rows to the run layout, and one row back, bit for bit
//   unpack<V>(panel_block, group, first_row, q, scale, minimum)
//     columns [32 group, 32 group + 32) of the block, rows [first_row, first_row + V::kWidth):  q[s], s = 0..7, holds
//     columns 4 s .. 4 s + 3 of each row (k-step s);  scale and minimum have kGroup / T::kScaleEvery vectors
#pragma once

#include <cstdint>

namespace ondol {

inline constexpr int kPanelRows = 16;              // rows interleaved in the run layout
inline constexpr int kGroup = 32;                  // columns per step of the int8 product
inline constexpr int kLineBytes = 4 * kPanelRows;  // one k-step of a panel: [16 rows][4 columns], a byte each

}  // namespace ondol
