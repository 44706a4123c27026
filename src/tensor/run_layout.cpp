#include "tensor/run_layout.h"

#include <cstring>

#include "base/checked_math.h"

namespace ondol {
namespace {

// No type's block is larger, and what stands for one block of a padding row.
constexpr int kMaxBlockBytes = 512;
constexpr uint8_t kZeroBlock[kMaxBlockBytes] = {};
template <class... Types>
constexpr bool blocks_fit(QuantList<Types...>) {
  return (... && (sizeof(typename Types::Block) <= kMaxBlockBytes));
}
static_assert(blocks_fit(AllQuants{}));

// Where block column 0 of a row begins in run layout.
const uint8_t* panel_of(const uint8_t* matrix, int64_t row, int64_t row_bytes) {
  return matrix + row / kPanelRows * kPanelRows * row_bytes;
}

void read_panel_row(const uint8_t* panel, DType dtype, int64_t row, int64_t n_cols, uint8_t* out) {
  const TypeInfo& type = dtype.info();
  for (int64_t column = 0; column < n_cols; column += type.block_weights) {
    type.unpack_row(panel, static_cast<int>(row % kPanelRows), out);
    panel += kPanelRows * type.block_bytes;
    out += type.block_bytes;
  }
}

}  // namespace

int64_t run_layout_bytes(DType dtype, int64_t n_rows, int64_t n_cols) {
  return divide_up(n_rows, kPanelRows) * panel_bytes(dtype, n_cols);
}

int64_t WeightView::size_bytes() const {
  return layout == Layout::kRun ? run_layout_bytes(dtype, n_rows, n_cols) : n_rows * dtype.size_bytes(n_cols);
}

void to_run_layout(const TensorView& matrix, int64_t first_panel, int64_t last_panel, uint8_t* out) {
  const TypeInfo& type = matrix.dtype.info();
  const int64_t n_rows = matrix.shape.n_rows(), row_bytes = matrix.row_bytes();
  const int64_t n_columns = matrix.shape.n_cols() / type.block_weights;
  for (int64_t panel = first_panel; panel < last_panel; ++panel) {
    const void* blocks[kPanelRows];
    int step_bytes[kPanelRows];
    for (int i = 0; i < kPanelRows; ++i) {
      const int64_t row = panel * kPanelRows + i;
      blocks[i] = row < n_rows ? matrix.data + row * row_bytes : kZeroBlock;
      step_bytes[i] = row < n_rows ? type.block_bytes : 0;
    }
    for (int64_t column = 0; column < n_columns; ++column) {
      type.pack(blocks, out);
      out += kPanelRows * type.block_bytes;
      for (int i = 0; i < kPanelRows; ++i) blocks[i] = static_cast<const uint8_t*>(blocks[i]) + step_bytes[i];
    }
  }
}

void read_rows(const TensorView& tensor, int64_t first, int64_t n, uint8_t* out) {
  const int64_t row_bytes = tensor.row_bytes();
  if (tensor.layout == Layout::kFile) {
    std::memcpy(out, tensor.row(first), static_cast<size_t>(n * row_bytes));
    return;
  }
  const Shape& shape = tensor.shape;
  const int64_t matrix_rows = shape[shape.n_dims - 2];
  const int64_t matrix_bytes = run_layout_bytes(tensor.dtype, matrix_rows, shape.n_cols());
  for (int64_t row = first; row < first + n; ++row, out += row_bytes) {
    const uint8_t* matrix = tensor.data + row / matrix_rows * matrix_bytes;
    const int64_t own_row = row % matrix_rows;
    read_panel_row(panel_of(matrix, own_row, row_bytes), tensor.dtype, own_row, shape.n_cols(), out);
  }
}

void decode_row(const WeightView& matrix, int64_t row, float* weights) {
  const TypeInfo& type = matrix.dtype.info();
  const int64_t row_bytes = matrix.dtype.size_bytes(matrix.n_cols);
  if (matrix.layout == Layout::kFile) return type.decode(matrix.data + row * row_bytes, weights, matrix.n_cols);
  alignas(64) uint8_t block[kMaxBlockBytes];
  const uint8_t* at = panel_of(matrix.data, row, row_bytes);
  for (int64_t column = 0; column < matrix.n_cols; column += type.block_weights) {
    type.unpack_row(at, static_cast<int>(row % kPanelRows), block);
    type.decode(block, weights + column, type.block_weights);
    at += kPanelRows * type.block_bytes;
  }
}

}  // namespace ondol
