// The two layouts of a weight matrix.
//
// `file` is the GGUF specification's: row after row, block after block.  `run` is the order the kernels stream: the
// rows are cut into panels of kPanelRows (the last one padded with zero rows), and a panel stores its block columns one
// after another, each holding that column's block of all 16 rows interleaved as the type's file in tensor/quant/ draws
// it.  Sixteen rows fill one AVX-512 register with the sums of 16 outputs, two of AVX2, four of NEON, so one layout
// serves all.  Both layouts use the same bytes per block, and either gives the other back bit for bit.  A tensor of
// several matrices [n, rows, cols] is one after another in either.
#pragma once

#include <cstdint>

#include "tensor/panel.h"
#include "tensor/tensor_view.h"

namespace ondol {

// Counts the run layouts files were written in.  A change of any type's run layout, which makes files of it unreadable,
// takes the next number; run_layout_test.cpp knows each type's bytes.
inline constexpr int kRunLayoutVersion = 1;
inline constexpr int kRunAlignment = 64;  // of a tensor in run layout, in memory and in a file

// A matrix [n_rows, n_cols], in run layout unless it says otherwise.  Owns nothing.
struct WeightView {
  const uint8_t* data = nullptr;
  DType dtype;
  int64_t n_rows = 0;
  int64_t n_cols = 0;  // a multiple of the type's block_weights
  Layout layout = Layout::kRun;

  int64_t size_bytes() const;
};

// Bytes of a matrix in run layout, the padding of the last panel included.
int64_t run_layout_bytes(DType dtype, int64_t n_rows, int64_t n_cols);

// Bytes of one panel.
inline int64_t panel_bytes(DType dtype, int64_t n_cols) { return kPanelRows * dtype.size_bytes(n_cols); }

// Writes panels [first_panel, last_panel) of `matrix` (file layout) to `out`.  Panels are independent, so threads may
// share the work.  Allocates nothing.
void to_run_layout(const TensorView& matrix, int64_t first_panel, int64_t last_panel, uint8_t* out);

// Writes rows [first, first + n) of a tensor of either layout to `out`, in file layout.
void read_rows(const TensorView& tensor, int64_t first, int64_t n, uint8_t* out);

// Decodes row `row` of a matrix of either layout into weights [n_cols].  For embedding look-up and tests.
void decode_row(const WeightView& matrix, int64_t row, float* weights);

}  // namespace ondol
