// The block of C in work is at most kBlockSize by kBlockSize.  For it, `depth` of k at a time: both operands are packed
// by all threads, then the threads take pieces of C, of which no two share an element.  A piece takes its strips of B
// one after another past its rows of A, which stay in the second-level cache meanwhile.
#include "tune/gemm.h"

#include <algorithm>

#include "base/checked_math.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

constexpr int64_t kBlockSize = 2048;
constexpr int64_t kPieceRows = 192;
constexpr int64_t kDecodedColumns = 256;   // a multiple of every type's block and every table's strip
constexpr int64_t kStripBytes = 64 << 10;  // of B; meets all strips of A in a piece from the nearest caches

// The second operand, wherever it comes from.
struct SecondOperand {
  StridedMatrix matrix;                 // where encoded is null
  const TensorView* encoded = nullptr;  // [n, k] where transposed, else [k, n]
  bool transposed = false;
};

// n elements from whole blocks.
void decode_elements(DType dtype, const uint8_t* in, float* out, int64_t n) {
  if (dtype == dtype_of<F16>) training_kernels().f16_to_floats(in, out, n);
  else if (dtype == dtype_of<BF16>) training_kernels().bf16_to_floats(in, out, n);
  else dtype.info().decode(in, out, n);
}

class Product {
 public:
  Product(ThreadPool& pool, const TrainingKernels::Gemm& gemm, const StridedMatrix& a, const SecondOperand& b,
          GemmScratch& scratch)
      : pool_(pool), gemm_(gemm), a_(a), b_(b), scratch_(scratch) {}

  void run(int64_t m, int64_t n, int64_t k, float* c, int64_t c_stride, bool accumulate);

 private:
  // How much of k is packed at a time, unless there is less; a multiple of every type's block.
  int64_t depth_at_once() const { return kStripBytes / gemm_.packed_bytes(gemm_.strip_columns, 256) * 256; }
  // What one thread packs at a time, in columns of B.
  int64_t pack_columns() const {
    return b_.encoded != nullptr && !b_.transposed ? kDecodedColumns : gemm_.strip_columns;
  }
  int64_t decoded_floats() const { return b_.encoded == nullptr ? 0 : pack_columns() * depth_at_once(); }

  void lay_out(int64_t m, int64_t n, int64_t k);
  void pack_b(int64_t first, int64_t n, int64_t k0, int64_t depth, uint8_t* out, float* decoded) const;
  StridedMatrix decode(int64_t first, int64_t n, int64_t k0, int64_t depth, float* out) const;
  void pack(int64_t row, int64_t n_rows, int64_t column, int64_t n_columns, int64_t k0, int64_t depth);
  void multiply(int64_t n_rows, int64_t n_columns, int64_t depth, float* c, int64_t c_stride, bool accumulate);

  ThreadPool& pool_;
  const TrainingKernels::Gemm& gemm_;
  const StridedMatrix& a_;
  const SecondOperand& b_;
  GemmScratch& scratch_;
  uint8_t* packed_a_ = nullptr;
  uint8_t* packed_b_ = nullptr;
  float* decoded_ = nullptr;  // [n_threads, decoded_floats()]
};

void Product::lay_out(int64_t m, int64_t n, int64_t k) {
  const int64_t depth = std::min(k, depth_at_once());
  const int64_t a_bytes =
      divide_up(std::min(m, kBlockSize), gemm_.strip_rows) * gemm_.packed_bytes(gemm_.strip_rows, depth);
  const int64_t b_bytes =
      divide_up(std::min(n, kBlockSize), gemm_.strip_columns) * gemm_.packed_bytes(gemm_.strip_columns, depth);
  const int64_t decoded_bytes = pool_.n_threads() * decoded_floats() * static_cast<int64_t>(sizeof(float));
  packed_a_ = scratch_.at_least(a_bytes + b_bytes + decoded_bytes);
  packed_b_ = packed_a_ + a_bytes;
  decoded_ = reinterpret_cast<float*>(packed_b_ + b_bytes);
}

// Columns [first, first + n) of B at depths [k0, k0 + depth) as floats, so that its element (0, 0) is the first.
StridedMatrix Product::decode(int64_t first, int64_t n, int64_t k0, int64_t depth, float* out) const {
  const TensorView& w = *b_.encoded;
  const int64_t row = b_.transposed ? first : k0, n_rows = b_.transposed ? n : depth;
  const int64_t column = b_.transposed ? k0 : first, n_columns = b_.transposed ? depth : n;
  for (int64_t i = 0; i < n_rows; ++i) {
    decode_elements(w.dtype, w.row(row + i) + w.dtype.size_bytes(column), out + i * n_columns, n_columns);
  }
  return b_.transposed ? StridedMatrix{out, 1, n_columns} : StridedMatrix{out, n_columns, 1};
}

void Product::pack_b(int64_t first, int64_t n, int64_t k0, int64_t depth, uint8_t* out, float* decoded) const {
  StridedMatrix b = b_.matrix;
  int64_t column = first, row = k0;
  if (b_.encoded != nullptr) {
    b = decode(first, n, k0, depth, decoded);
    column = row = 0;
  }
  const int64_t strip_bytes = gemm_.packed_bytes(gemm_.strip_columns, depth);
  for (int64_t at = 0; at < n; at += gemm_.strip_columns, out += strip_bytes) {
    gemm_.pack_b(b, column + at, std::min<int64_t>(n - at, gemm_.strip_columns), row, depth, out);
  }
}

void Product::pack(int64_t row, int64_t n_rows, int64_t column, int64_t n_columns, int64_t k0, int64_t depth) {
  const int64_t n_strips_a = divide_up(n_rows, gemm_.strip_rows), n_units_b = divide_up(n_columns, pack_columns());
  const int64_t a_bytes = gemm_.packed_bytes(gemm_.strip_rows, depth);
  const int64_t b_bytes = gemm_.packed_bytes(gemm_.strip_columns, depth) * (pack_columns() / gemm_.strip_columns);
  pool_.for_each(n_strips_a + n_units_b, [&](int64_t piece, int thread) {
    if (piece < n_units_b) {
      const int64_t first = piece * pack_columns();
      pack_b(column + first, std::min(n_columns - first, pack_columns()), k0, depth, packed_b_ + piece * b_bytes,
             decoded_ + thread * decoded_floats());
    } else {
      const int64_t strip = piece - n_units_b, first = strip * gemm_.strip_rows;
      gemm_.pack_a(a_, row + first, std::min<int64_t>(n_rows - first, gemm_.strip_rows), k0, depth,
                   packed_a_ + strip * a_bytes);
    }
  });
}

void Product::multiply(int64_t n_rows, int64_t n_columns, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  const int64_t n_strips_a = divide_up(n_rows, gemm_.strip_rows);
  const int64_t n_strips_b = divide_up(n_columns, gemm_.strip_columns);
  const int64_t a_bytes = gemm_.packed_bytes(gemm_.strip_rows, depth);
  const int64_t b_bytes = gemm_.packed_bytes(gemm_.strip_columns, depth);
  // pieces of some hundred rows and columns, smaller ones where there would be too few to share
  int64_t piece_rows = std::min<int64_t>(n_strips_a, kPieceRows / gemm_.strip_rows),
          piece_columns = std::min<int64_t>(n_strips_b, 8);
  const auto n_pieces = [&] { return divide_up(n_strips_a, piece_rows) * divide_up(n_strips_b, piece_columns); };
  while (n_pieces() < 4 * pool_.n_threads() && piece_rows * piece_columns > 1) {
    int64_t& larger = piece_columns > piece_rows ? piece_columns : piece_rows;
    larger = divide_up(larger, 2);
  }
  const int64_t across = divide_up(n_strips_b, piece_columns);
  pool_.for_each(n_pieces(), [&](int64_t piece, int) {
    const int64_t first_a = piece / across * piece_rows, first_b = piece % across * piece_columns;
    const int64_t last_a = std::min(first_a + piece_rows, n_strips_a);
    const int64_t last_b = std::min(first_b + piece_columns, n_strips_b);
    for (int64_t strip_b = first_b; strip_b < last_b; ++strip_b) {
      const int64_t row = first_a * gemm_.strip_rows, column = strip_b * gemm_.strip_columns;
      gemm_.multiply(packed_a_ + first_a * a_bytes, packed_b_ + strip_b * b_bytes, depth, c + row * c_stride + column,
                     c_stride, std::min(n_rows, last_a * gemm_.strip_rows) - row,
                     std::min<int64_t>(n_columns - column, gemm_.strip_columns), accumulate);
    }
  });
}

void Product::run(int64_t m, int64_t n, int64_t k, float* c, int64_t c_stride, bool accumulate) {
  lay_out(m, n, k);
  for (int64_t row = 0; row < m; row += kBlockSize) {
    const int64_t n_rows = std::min(m - row, kBlockSize);
    for (int64_t column = 0; column < n; column += kBlockSize) {
      const int64_t n_columns = std::min(n - column, kBlockSize);
      for (int64_t k0 = 0; k0 < k; k0 += depth_at_once()) {
        const int64_t depth = std::min(k - k0, depth_at_once());
        pack(row, n_rows, column, n_columns, k0, depth);
        multiply(n_rows, n_columns, depth, c + row * c_stride + column, c_stride, accumulate || k0 > 0);
      }
    }
  }
}

const TrainingKernels::Gemm& gemm_of(Precision precision) {
  const TrainingKernels& kernels = training_kernels();
  return precision == Precision::kBf16 && kernels.bf16.multiply != nullptr ? kernels.bf16 : kernels.f32;
}

}  // namespace

uint8_t* GemmScratch::at_least(int64_t size_bytes) {
  constexpr int64_t kAlignment = 64;
  const auto needed = static_cast<size_t>(size_bytes + kAlignment);
  if (memory_.size() < needed) memory_.resize(needed);
  const auto address = reinterpret_cast<uintptr_t>(memory_.data());
  return memory_.data() + (kAlignment - address % kAlignment) % kAlignment;
}

void multiply(ThreadPool& pool, Precision precision, int64_t m, int64_t n, int64_t k, const StridedMatrix& a,
              const StridedMatrix& b, float* c, int64_t c_stride, bool accumulate, GemmScratch& scratch) {
  Product(pool, gemm_of(precision), a, {b}, scratch).run(m, n, k, c, c_stride, accumulate);
}

void multiply(ThreadPool& pool, Precision precision, int64_t m, const StridedMatrix& a, const TensorView& w,
              bool transposed, float* c, int64_t c_stride, bool accumulate, GemmScratch& scratch) {
  const int64_t n_rows = w.shape.n_rows(), n_cols = w.shape.n_cols();
  const int64_t n = transposed ? n_rows : n_cols, k = transposed ? n_cols : n_rows;
  if (w.dtype == dtype_of<F32>) {
    const auto* floats = reinterpret_cast<const float*>(w.data);
    const StridedMatrix b = transposed ? StridedMatrix{floats, 1, n_cols} : StridedMatrix{floats, n_cols, 1};
    return multiply(pool, precision, m, n, k, a, b, c, c_stride, accumulate, scratch);
  }
  Product(pool, gemm_of(precision), a, {{}, &w, transposed}, scratch).run(m, n, k, c, c_stride, accumulate);
}

}  // namespace ondol
