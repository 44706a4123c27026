// Every table this CPU runs against plain double arithmetic, against the scalar table, and against itself in other
// company.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
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

// A matrix of random weights in run layout, and what they decode to.
struct Matrix {
  Matrix(DType dtype, int64_t n_rows, int64_t n_cols, uint32_t seed = 1)
      : run(static_cast<size_t>(run_layout_bytes(dtype, n_rows, n_cols))),
        decoded(random_floats(n_rows * n_cols, seed)),
        view{run.data(), dtype, n_rows, n_cols} {
    std::vector<uint8_t> file(static_cast<size_t>(dtype.size_bytes(n_rows * n_cols)));
    dtype.info().encode(decoded.data(), nullptr, file.data(), n_rows * n_cols);
    dtype.info().decode(file.data(), decoded.data(), n_rows * n_cols);
    to_run_layout({file.data(), dtype, Shape{n_rows, n_cols}}, 0, divide_up(n_rows, kPanelRows), run.data());
  }
  std::vector<uint8_t> run;
  std::vector<float> decoded;  // [n_rows, n_cols]
  WeightView view;
};

// Activations of a product, quantised by one table.
struct Input {
  Input(const Kernels& kernels, const std::vector<float>& x, int64_t n_tokens, int64_t n_cols, int scale_every)
      : q(static_cast<size_t>(round_up(n_tokens, kernels.token_tile) * n_cols)),
        scale(q.size() / kGroup),
        sum(q.size() / kGroup) {
    in.x = x.data();
    in.n_tokens = n_tokens;
    if (scale_every == 0) return;
    q8 = {q.data(), scale.data(), sum.data(), n_tokens, n_cols, scale_every};
    kernels.quantize(x.data(), q8, 0, n_tokens);
    (scale_every == 32 ? in.by_32 : in.by_256) = q8;
  }
  std::vector<int8_t> q;
  std::vector<float> scale;
  std::vector<int32_t> sum;
  Q8Activations q8;
  ProductInput in;
};

constexpr float kUntouched = 12345;

// y [n_tokens, n_rows] of one table; rows outside `rows` stay kUntouched.
std::vector<float> multiply(const Kernels& kernels, const WeightView& w, const std::vector<float>& x, int64_t n_tokens,
                            Rows rows) {
  const Input input(kernels, x, n_tokens, w.n_cols, w.dtype.info().activation_scale_every);
  Buffer scratch = *Buffer::allocate("scratch", kernels.product_scratch_bytes(w.n_cols));
  std::vector<float> y(static_cast<size_t>(n_tokens * w.n_rows), kUntouched);
  kernels.product[w.dtype.index()](w, input.in, y.data(), w.n_rows, rows, scratch.data());
  return y;
}

// What a product of this type is told about x [.., n_cols]: itself, or 8 bits per span of columns.
std::vector<double> seen_activations(const std::vector<float>& x, int64_t n_cols, int scale_every) {
  std::vector<double> seen(x.begin(), x.end());
  if (scale_every == 0) return seen;
  for (size_t row = 0; row < x.size(); row += static_cast<size_t>(n_cols)) {
    for (int64_t span = 0; span < n_cols; span += scale_every) {
      const size_t first = row + static_cast<size_t>(span);
      const size_t last = row + static_cast<size_t>(std::min<int64_t>(n_cols, span + scale_every));
      float max = 0;
      for (size_t i = first; i < last; ++i) max = std::max(max, std::abs(x[i]));
      for (size_t i = first; i < last; ++i) { seen[i] = double{max / 127.0f} * std::nearbyint(x[i] * (127.0f / max)); }
    }
  }
  return seen;
}

std::string name_of(const Kernels& table, const WeightView& w, int64_t n_tokens) {
  return std::string(table.isa) + " " + w.dtype.name() + " " + std::to_string(w.n_rows) + "x" +
         std::to_string(w.n_cols) + ", " + std::to_string(n_tokens) + " tokens";
}

// The widths worth testing: one block, an odd number, some beyond the kernels' own chunks.
std::vector<int64_t> widths(const TypeInfo& type) {
  const int64_t block = type.block_weights;
  if (block == 1) return {1, 2, 31, 33, 127, 128, 129, 577};
  if (block == 32) return {32, 64, 96, 480, 512, 544, 1056};
  return {block, 3 * block, 5 * block};
}

TEST(Products, AgreeWithDoubleArithmetic) {
  for (int index = 0; const TypeInfo& type : all_types()) {
    const DType dtype(index++);
    for (const int64_t n_cols : widths(type)) {
      for (const int64_t n_rows : {1, 15, 16, 17, 31, 33, 48}) {
        const Matrix matrix(dtype, n_rows, n_cols);
        for (const int64_t n_tokens : {1, 7, 13}) {
          const auto x = random_floats(n_tokens * n_cols, 7);
          const auto seen = seen_activations(x, n_cols, type.activation_scale_every);
          std::vector<double> expected, bound;
          for (int64_t t = 0; t < n_tokens; ++t) {
            for (int64_t r = 0; r < n_rows; ++r) {
              double sum = 0, magnitude = 0;
              for (int64_t c = 0; c < n_cols; ++c) {
                const double product = double{matrix.decoded[r * n_cols + c]} * seen[t * n_cols + c];
                sum += product;
                magnitude += std::abs(product);
              }
              // A float product rounds once a column.  A quantised one rounds its scales and a sum once or twice a
              // group, but of a weight with a minimum, scale * q and minimum alone may be three times the weight.
              const double n_roundings = type.is_float ? static_cast<double>(n_cols) : 3 * (6 + n_cols / 16.0);
              expected.push_back(sum);
              bound.push_back(magnitude * 0x1p-24 * n_roundings + 1e-30);
            }
          }
          for (const Kernels* table : runnable()) {
            const auto y = multiply(*table, matrix.view, x, n_tokens, {0, n_rows});
            for (size_t i = 0; i < y.size(); ++i) {
              ASSERT_NEAR(y[i], expected[i], bound[i]) << name_of(*table, matrix.view, n_tokens) << " at " << i;
            }
          }
        }
      }
    }
  }
}

// The formulas leave no freedom, so not only the scalar table's value but its bits.
TEST(Products, AreTheSameBitsInEveryTable) {
  for (int index = 0; const TypeInfo& type : all_types()) {
    const DType dtype(index++);
    for (const int64_t n_cols : widths(type)) {
      const Matrix matrix(dtype, 37, n_cols);
      for (const int64_t n_tokens : {1, 6, 13}) {
        const auto x = random_floats(n_tokens * n_cols, 11);
        const auto expected = multiply(*runnable()[0], matrix.view, x, n_tokens, {0, 37});
        for (const Kernels* table : runnable()) {
          EXPECT_EQ(multiply(*table, matrix.view, x, n_tokens, {0, 37}), expected)
              << name_of(*table, matrix.view, n_tokens);
        }
      }
    }
  }
}

TEST(Products, DoNotDependOnTheOtherTokens) {
  for (int index = 0; const TypeInfo& type : all_types()) {
    const DType dtype(index++);
    const int64_t n_cols = type.block_weights == 256 ? 768 : 544, n_rows = 33, n_most = 512;
    const Matrix matrix(dtype, n_rows, n_cols);
    const auto x = random_floats(n_most * n_cols, 13);
    for (const Kernels* table : runnable()) {
      const auto all = multiply(*table, matrix.view, x, n_most, {0, n_rows});
      for (const int64_t n_tokens : {1, 2, 3, 4, 5, 6, 7, 17, 64}) {
        const auto some =
            multiply(*table, matrix.view, {x.begin(), x.begin() + n_tokens * n_cols}, n_tokens, {0, n_rows});
        EXPECT_EQ(some, std::vector<float>(all.begin(), all.begin() + n_tokens * n_rows))
            << name_of(*table, matrix.view, n_tokens);
      }
    }
  }
}

TEST(Products, DoNotDependOnHowRowsAreShared) {
  for (int index = 0; index < static_cast<int>(all_types().size()); ++index) {
    const DType dtype(index);
    const int64_t n_cols = 256, n_rows = 70, n_tokens = 9;
    const Matrix matrix(dtype, n_rows, n_cols);
    const auto x = random_floats(n_tokens * n_cols, 17);
    for (const Kernels* table : runnable()) {
      const auto all = multiply(*table, matrix.view, x, n_tokens, {0, n_rows});
      for (const Rows rows : {Rows{0, 16}, Rows{16, 48}, Rows{16, 70}, Rows{64, 70}, Rows{32, 32}}) {
        const auto part = multiply(*table, matrix.view, x, n_tokens, rows);
        for (int64_t t = 0; t < n_tokens; ++t) {
          for (int64_t r = 0; r < n_rows; ++r) {
            const bool inside = r >= rows.begin && r < rows.end;
            ASSERT_EQ(part[t * n_rows + r], inside ? all[t * n_rows + r] : kUntouched)
                << name_of(*table, matrix.view, n_tokens) << " row " << r;
          }
        }
      }
    }
  }
}

TEST(Products, ShowAnActivationThatIsNotFinite) {
  const Matrix matrix(*find_type("Q4_0"), 16, 64);
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    auto x = random_floats(2 * 64, 19);
    x[64 + 40] = bad;  // of token 1
    for (const Kernels* table : runnable()) {
      const auto y = multiply(*table, matrix.view, x, 2, {0, 16});
      EXPECT_TRUE(std::isfinite(y[0])) << table->isa;
      EXPECT_TRUE(std::isnan(y[16])) << table->isa;
    }
  }
}

TEST(Products, TakeZeroAndTinyActivations) {
  const Matrix matrix(*find_type("Q4_0"), 16, 32);
  for (const float value : {0.0f, 1e-42f, -1e-37f}) {
    for (const Kernels* table : runnable()) {
      for (const float y : multiply(*table, matrix.view, std::vector<float>(32, value), 1, {0, 16})) EXPECT_EQ(y, 0.0f);
    }
  }
}

TEST(Quantize, DoesNotDependOnHowTokensAreShared) {
  const int64_t n_tokens = 23;
  for (const auto& [n_cols, scale_every] : {std::pair{96, 32}, {544, 256}}) {
    const auto x = random_floats(n_tokens * n_cols, 23);
    for (const Kernels* table : runnable()) {
      const Input whole(*table, x, n_tokens, n_cols, scale_every);
      Input parts(*table, std::vector<float>(x.size()), n_tokens, n_cols, scale_every);
      for (int64_t first = 0; first < n_tokens; first += table->token_tile) {
        table->quantize(x.data(), parts.q8, first, std::min(first + table->token_tile, n_tokens));
      }
      EXPECT_EQ(parts.q, whole.q) << table->isa;
      EXPECT_EQ(parts.scale, whole.scale) << table->isa;
      EXPECT_EQ(parts.sum, whole.sum) << table->isa;
    }
  }
}

TEST(Dispatch, StartsWithScalarAndChoosesARunnableTable) {
  EXPECT_STREQ(runnable()[0]->isa, "scalar");
  EXPECT_NE(std::find(runnable().begin(), runnable().end(), &kernels()), runnable().end());
}

TEST(Dispatch, RefusesAnIsaThatDoesNotRunHere) {
  ASSERT_EQ(setenv("ONDOL_ISA", "scalar", 1), 0);
  EXPECT_TRUE(check_isa_override().has_value());
  ASSERT_EQ(setenv("ONDOL_ISA", "mmx", 1), 0);
  const Status status = check_isa_override();
  unsetenv("ONDOL_ISA");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
  EXPECT_NE(status.error().message.find("mmx"), std::string::npos);
  EXPECT_NE(status.error().message.find("scalar"), std::string::npos);
}

// The probes say how much they did, and do more when asked for more.
TEST(Probes, CountTheirWork) {
  for (const Kernels* table : runnable()) {
    EXPECT_GT(table->probe_int8(1), 0);
    EXPECT_EQ(table->probe_int8(3), 3 * table->probe_int8(1));
    EXPECT_EQ(table->probe_f32(3), 3 * table->probe_f32(1));
    for (const auto probe : {table->probe_bf16, table->probe_matrix_int8}) {
      if (probe == nullptr) continue;
      EXPECT_EQ(probe(3), 3 * probe(1)) << table->isa;
    }
  }
}

TEST(Probes, ReadEveryLine) {
  constexpr int64_t kSize = 1 << 12;
  Buffer memory = *Buffer::allocate("memory", kSize);
  for (int64_t at = 0; at < kSize; at += 64) memory.data()[at] = 1;
  for (const Kernels* table : runnable()) EXPECT_EQ(table->probe_read(memory.data(), kSize), 64u) << table->isa;
}

}  // namespace
}  // namespace ondol
