// Every table this CPU runs against plain double arithmetic, and against itself in other company.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/checked_math.h"
#include "base/memory.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

std::vector<float> random_floats(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<size_t>(n));
  for (float& value : x) value = normal(random);
  return x;
}

// A matrix in both layouts, of random weights encoded as `dtype`.
struct Matrix {
  Matrix(DType dtype, int64_t n_rows, int64_t n_cols, uint32_t seed = 1)
      : file(static_cast<size_t>(dtype.size_bytes(n_rows * n_cols))),
        run(static_cast<size_t>(run_layout_bytes(dtype, n_rows, n_cols))) {
    const auto weights = random_floats(n_rows * n_cols, seed);
    dtype.info().encode(weights.data(), nullptr, file.data(), n_rows * n_cols);
    const TensorView tensor{file.data(), dtype, Shape{n_rows, n_cols}};
    to_run_layout(tensor, 0, divide_up(n_rows, kPanelRows), run.data());
    view = {run.data(), dtype, n_rows, n_cols};
    decoded.resize(weights.size());
    dtype.info().decode(file.data(), decoded.data(), n_rows * n_cols);
  }
  std::vector<uint8_t> file, run;
  std::vector<float> decoded;  // [n_rows, n_cols]
  WeightView view;
};

// Inputs of a product, quantised by one table.
struct Input {
  Input(const Kernels& kernels, const std::vector<float>& x, int64_t n_tokens, int64_t n_cols)
      : q(x.size()), scale(x.size() / kGroup), sum(x.size() / kGroup) {
    in.x = x.data();
    in.n_tokens = n_tokens;
    if (n_cols % kGroup == 0) {
      in.q8 = {q.data(), scale.data(), sum.data(), n_tokens, n_cols};
      kernels.quantize(x.data(), in.q8, 0, n_tokens);
    }
  }
  std::vector<int8_t> q;
  std::vector<float> scale;
  std::vector<int32_t> sum;
  ProductInput in;
};

constexpr float kUntouched = 12345;

// y [n_tokens, n_rows] of one table.
std::vector<float> multiply(const Kernels& kernels, const WeightView& w, const std::vector<float>& x, int64_t n_tokens,
                            Rows rows) {
  const Input input(kernels, x, n_tokens, w.n_cols);
  const int64_t scratch_bytes = kernels.product_scratch_bytes(w.n_cols);
  Buffer scratch = *Buffer::allocate("scratch", scratch_bytes);
  std::vector<float> y(static_cast<size_t>(n_tokens * w.n_rows), kUntouched);
  kernels.product[w.dtype.index()](w, input.in, y.data(), w.n_rows, rows, scratch.data());
  return y;
}

// The activations a quantised product sees, in double.
std::vector<double> rounded_activations(const std::vector<float>& x, bool is_float) {
  std::vector<double> out(x.begin(), x.end());
  if (is_float) return out;
  for (size_t first = 0; first < x.size(); first += kGroup) {
    float max = 0;
    for (size_t i = first; i < first + kGroup; ++i) max = std::max(max, std::abs(x[i]));
    const float inverse = 127.0f / max, scale = max / 127.0f;
    for (size_t i = first; i < first + kGroup; ++i) { out[i] = double{scale} * std::nearbyint(x[i] * inverse); }
  }
  return out;
}

// Each output within `ulps` roundings of the sum of magnitudes.
void expect_close(const Matrix& matrix, const std::vector<float>& x, int64_t n_tokens, const std::vector<float>& y,
                  const std::string& what) {
  const WeightView& w = matrix.view;
  const auto activations = rounded_activations(x, w.dtype.info().is_float);
  for (int64_t t = 0; t < n_tokens; ++t) {
    for (int64_t r = 0; r < w.n_rows; ++r) {
      double sum = 0, magnitude = 0;
      for (int64_t c = 0; c < w.n_cols; ++c) {
        const double product = double{matrix.decoded[r * w.n_cols + c]} * activations[t * w.n_cols + c];
        sum += product;
        magnitude += std::abs(product);
      }
      // every group adds at most a few roundings of what has been summed so far
      const double bound = magnitude * 0x1p-24 * (4 + static_cast<double>(w.n_cols) / 8);
      ASSERT_NEAR(y[t * w.n_rows + r], sum, bound + 1e-30) << what << " row " << r << " token " << t;
    }
  }
}

std::string name_of(const Kernels& table, const WeightView& w, int64_t n_tokens) {
  return std::string(table.isa) + " " + w.dtype.name() + " " + std::to_string(w.n_rows) + "x" +
         std::to_string(w.n_cols) + " tokens " + std::to_string(n_tokens);
}

TEST(Kernels, ProductsAgreeWithDoubleArithmetic) {
  for (const Kernels* table : runnable()) {
    for (int index = 0; const TypeInfo& type : all_types()) {
      const DType dtype(index++);
      const int64_t block = type.block_weights;
      for (const int64_t n_cols : {block, 3 * block, std::max<int64_t>(block, 544)}) {
        if (n_cols % block != 0) continue;
        for (const int64_t n_rows : {1, 15, 16, 17, 33, 48}) {
          const Matrix matrix(dtype, n_rows, n_cols);
          for (const int64_t n_tokens : {1, 2, 5, 13}) {
            const auto x = random_floats(n_tokens * n_cols, 7);
            const auto y = multiply(*table, matrix.view, x, n_tokens, {0, n_rows});
            expect_close(matrix, x, n_tokens, y, name_of(*table, matrix.view, n_tokens));
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace ondol
