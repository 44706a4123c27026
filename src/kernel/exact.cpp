#include "kernel/exact.h"

#include <algorithm>
#include <array>

#include "base/checked_math.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

constexpr size_t kNTypes = static_cast<size_t>(AllQuants::kSize);

// A whole strip of every table's float product.
constexpr int64_t kRowsAtOnce = 4 * kPanelRows;

// Decodes kRowsAtOnce rows into F32's run layout in the scratch and multiplies those.
//   scratch: | panels [4][n_cols][16] f32 | one row [n_cols] f32 | the F32 product's own |
void exact_product(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, Rows rows,
                   uint8_t* scratch) {
  auto* panels = reinterpret_cast<float*>(scratch);
  float* row_weights = panels + w.n_cols * kRowsAtOnce;
  auto* rest = scratch + round_up(w.n_cols * (kRowsAtOnce + 1) * static_cast<int64_t>(sizeof(float)), 64);
  for (int64_t first = rows.begin; first < rows.end; first += kRowsAtOnce) {
    const int64_t n_rows = std::min(kRowsAtOnce, rows.end - first);
    for (int64_t row = 0; row < n_rows; ++row) {
      decode_row(w, first + row, row_weights);
      float* place = panels + row / kPanelRows * w.n_cols * kPanelRows + row % kPanelRows;
      for (int64_t col = 0; col < w.n_cols; ++col) place[col * kPanelRows] = row_weights[col];
    }
    const WeightView decoded{scratch, dtype_of<F32>, n_rows, w.n_cols};
    kernels().product[dtype_of<F32>.index()](decoded, x, y + first, y_stride, {0, n_rows}, rest);
  }
}

int64_t exact_scratch_bytes(int64_t n_cols) {
  return round_up(n_cols * (kRowsAtOnce + 1) * static_cast<int64_t>(sizeof(float)), 64) +
         kernels().product_scratch_bytes(n_cols);
}

}  // namespace

const Kernels& exact_kernels() {
  static const auto products = [] {
    std::array<decltype(&exact_product), kNTypes> all{};
    all.fill(exact_product);
    return all;
  }();
  static const Kernels table = [] {
    Kernels exact = kernels();
    exact.isa = "exact";
    exact.product = products.data();
    exact.product_scratch_bytes = exact_scratch_bytes;
    exact.coarsen = nullptr;  // its bound is that of the fast products
    return exact;
  }();
  return table;
}

}  // namespace ondol
