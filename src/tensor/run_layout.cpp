#include "tensor/run_layout.h"

#include <vector>

#include "base/checked_math.h"

namespace ondol {

int64_t run_layout_bytes(DType dtype, int64_t n_rows, int64_t n_cols) {
  return divide_up(n_rows, kPanelRows) * panel_bytes(dtype, n_cols);
}

void to_run_layout(const TensorView& matrix, int64_t first_panel, int64_t last_panel, uint8_t* out) {
  const TypeInfo& type = matrix.dtype.info();
  const int64_t n_rows = matrix.shape.n_rows();
  const int64_t n_columns = matrix.shape.n_cols() / type.block_weights;
  const std::vector<uint8_t> zero_row(static_cast<size_t>(matrix.row_bytes()), 0);
  uint8_t* at = out + first_panel * panel_bytes(matrix.dtype, matrix.shape.n_cols());
  for (int64_t panel = first_panel; panel < last_panel; ++panel) {
    const uint8_t* rows[kPanelRows];
    for (int i = 0; i < kPanelRows; ++i) {
      const int64_t row = panel * kPanelRows + i;
      rows[i] = row < n_rows ? matrix.row(row) : zero_row.data();
    }
    for (int64_t column = 0; column < n_columns; ++column) {
      const void* blocks[kPanelRows];
      for (int i = 0; i < kPanelRows; ++i) blocks[i] = rows[i] + column * type.block_bytes;
      type.pack(blocks, at);
      at += kPanelRows * type.block_bytes;
    }
  }
}

void decode_row(const WeightView& matrix, int64_t row, float* weights) {
  const TypeInfo& type = matrix.dtype.info();
  alignas(64) uint8_t block[512];
  const uint8_t* at = matrix.data + row / kPanelRows * panel_bytes(matrix.dtype, matrix.n_cols);
  for (int64_t column = 0; column < matrix.n_cols; column += type.block_weights) {
    type.unpack_row(at, static_cast<int>(row % kPanelRows), block);
    type.decode(block, weights + column, type.block_weights);
    at += kPanelRows * type.block_bytes;
  }
}

}  // namespace ondol
