// Products of training against double arithmetic, whatever the strides, the type of the second operand, the threads.
#include "tune/gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace ondol {
namespace {

std::vector<float> random_floats(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<size_t>(n));
  for (float& value : x) value = normal(random);
  return x;
}

// [n_rows, n_columns] of `data`, row by row or column by column.
StridedMatrix matrix(const std::vector<float>& data, int64_t n_rows, int64_t n_columns, bool by_column) {
  return by_column ? StridedMatrix{data.data(), 1, n_rows} : StridedMatrix{data.data(), n_columns, 1};
}
double at(const StridedMatrix& x, int64_t i, int64_t j) { return x.data[i * x.row_stride + j * x.column_stride]; }

struct Sizes {
  int64_t m, n, k;
};
std::string name_of(const Sizes& s) {
  return std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k);
}

// Every element within what 2 k roundings of sums that large, and an error of `element_error` in each factor, allow.
void expect_product(const Sizes& s, const StridedMatrix& a, const StridedMatrix& b, const std::vector<float>& before,
                    const std::vector<float>& c, int64_t c_stride, double element_error) {
  for (int64_t i = 0; i < s.m; ++i) {
    for (int64_t j = 0; j < s.n; ++j) {
      const auto place = static_cast<size_t>(i * c_stride + j);
      double sum = before[place], magnitude = std::abs(sum);
      for (int64_t k = 0; k < s.k; ++k) {
        const double product = at(a, i, k) * at(b, k, j);
        sum += product;
        magnitude += std::abs(product);
      }
      const double bound = magnitude * (2 * 0x1p-24 * static_cast<double>(s.k + 1) + 2.01 * element_error);
      ASSERT_NEAR(c[place], sum, bound) << name_of(s) << " at " << i << ", " << j;
    }
  }
}

// Around the strips of every table, the pieces threads take, and the depth that is packed at once.
constexpr Sizes kSizes[] = {{1, 1, 1},     {1, 5, 3},     {5, 1, 2},    {6, 16, 255},   {7, 17, 256},
                            {11, 31, 257}, {12, 32, 8},   {13, 33, 31}, {25, 65, 33},   {48, 100, 64},
                            {150, 16, 70}, {16, 300, 40}, {3, 2, 700},  {100, 257, 513}};

TEST(Gemm, AgreesWithDoubleArithmetic) {
  ThreadPool pool(2);
  GemmScratch scratch;
  for (const Sizes& s : kSizes) {
    const auto a_data = random_floats(s.m * s.k, 1), b_data = random_floats(s.k * s.n, 2);
    const int64_t c_stride = s.n + 3;
    for (const bool a_by_column : {false, true}) {
      for (const bool b_by_column : {false, true}) {
        for (const bool accumulate : {false, true}) {
          const auto a = matrix(a_data, s.m, s.k, a_by_column), b = matrix(b_data, s.k, s.n, b_by_column);
          auto c = random_floats(s.m * c_stride, 3);
          const auto before = accumulate ? c : std::vector<float>(c.size());
          auto rounded = c;
          multiply(pool, Precision::kF32, s.m, s.n, s.k, a, b, c.data(), c_stride, accumulate, scratch);
          expect_product(s, a, b, before, c, c_stride, 0);
          multiply(pool, Precision::kBf16, s.m, s.n, s.k, a, b, rounded.data(), c_stride, accumulate, scratch);
          expect_product(s, a, b, before, rounded, c_stride, 0x1p-8);  // half a step of 8 bits
        }
      }
    }
  }
}

TEST(Gemm, LeavesWhatIsBetweenTheRowsAlone) {
  ThreadPool pool(2);
  GemmScratch scratch;
  const auto a = random_floats(14 * 9, 1), b = random_floats(9 * 37, 2);
  std::vector<float> c(14 * 40, 5);
  multiply(pool, Precision::kF32, 14, 37, 9, matrix(a, 14, 9, false), matrix(b, 9, 37, false), c.data(), 40, false,
           scratch);
  for (size_t i = 0; i < 14; ++i) {
    for (size_t j = 37; j < 40; ++j) EXPECT_EQ(c[i * 40 + j], 5);
  }
}

// Weights of one type in file layout, and what they decode to.
struct Encoded {
  Encoded(DType dtype, int64_t n_rows, int64_t n_cols)
      : file(static_cast<size_t>(dtype.size_bytes(n_rows * n_cols))), decoded(random_floats(n_rows * n_cols, 4)) {
    dtype.info().encode(decoded.data(), nullptr, file.data(), n_rows * n_cols);
    dtype.info().decode(file.data(), decoded.data(), n_rows * n_cols);
    view = {file.data(), dtype, Shape{n_rows, n_cols}};
  }
  std::vector<uint8_t> file;
  std::vector<float> decoded;
  TensorView view;
};

TEST(Gemm, TakesEveryTypeAsSecondOperand) {
  ThreadPool pool(2);
  GemmScratch scratch;
  for (int index = 0; index < static_cast<int>(all_types().size()); ++index) {
    const DType dtype(index);
    const int64_t block = dtype.info().block_weights;
    for (const int64_t n_cols : {block, 3 * block, 300 / block * block}) {
      if (n_cols == 0) continue;
      const int64_t n_rows = 37, m = 9;
      const Encoded w(dtype, n_rows, n_cols);
      for (const bool transposed : {true, false}) {
        const Sizes s{m, transposed ? n_rows : n_cols, transposed ? n_cols : n_rows};
        const auto a_data = random_floats(s.m * s.k, 5);
        const auto a = matrix(a_data, s.m, s.k, false), b = matrix(w.decoded, s.k, s.n, transposed);
        std::vector<float> c(static_cast<size_t>(s.m * s.n));
        multiply(pool, Precision::kF32, m, a, w.view, transposed, c.data(), s.n, false, scratch);
        SCOPED_TRACE(std::string(dtype.name()) + (transposed ? " transposed" : ""));
        expect_product(s, a, b, std::vector<float>(c.size()), c, s.n, 0);
      }
    }
  }
}

// The same bits with 1, 2 and 3 threads, and for rows and columns that are multiplied alone.
TEST(Gemm, DoesNotDependOnThreadsAndNeighbours) {
  GemmScratch scratch;
  const Sizes s{2100, 90, 300};
  const auto a_data = random_floats(s.m * s.k, 6), b_data = random_floats(s.k * s.n, 7);
  const auto a = matrix(a_data, s.m, s.k, false), b = matrix(b_data, s.k, s.n, false);
  for (const Precision precision : {Precision::kF32, Precision::kBf16}) {
    std::vector<float> whole(static_cast<size_t>(s.m * s.n));
    ThreadPool one(1);
    multiply(one, precision, s.m, s.n, s.k, a, b, whole.data(), s.n, false, scratch);
    for (const int n_threads : {2, 3}) {
      ThreadPool pool(n_threads);
      std::vector<float> c(whole.size());
      multiply(pool, precision, s.m, s.n, s.k, a, b, c.data(), s.n, false, scratch);
      EXPECT_EQ(c, whole) << n_threads << " threads";
      for (const int64_t row : {0, 13, 2048, 2099}) {
        std::vector<float> alone(90);
        const StridedMatrix own{a.data + row * a.row_stride, a.row_stride, 1};
        multiply(pool, precision, 1, s.n, s.k, own, b, alone.data(), s.n, false, scratch);
        const auto first = whole.begin() + row * s.n;
        EXPECT_EQ(alone, std::vector<float>(first, first + s.n)) << "row " << row;
      }
      std::vector<float> column(static_cast<size_t>(s.m));
      multiply(pool, precision, s.m, 1, s.k, a, {b.data + 77, b.row_stride, 1}, column.data(), 1, false, scratch);
      for (int64_t i = 0; i < s.m; ++i) {
        ASSERT_EQ(column[static_cast<size_t>(i)], whole[static_cast<size_t>(i * s.n + 77)]) << "row " << i;
      }
    }
  }
}

}  // namespace
}  // namespace ondol
