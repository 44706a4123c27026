#include "model/import/encode_rows.h"

#include <algorithm>

#include "base/checked_math.h"

namespace ondol {

namespace {

// Rows [first, first + n) of the tensor.
void encode(const ImportedTensor& tensor, std::span<const float> importance, DType type, const float* weights,
            int64_t first, int64_t n, uint8_t* out) {
  const int64_t n_cols = tensor.shape.n_cols();
  if (importance.empty()) return type.info().encode(weights, nullptr, out, n * n_cols);
  const int64_t n_matrices = std::ssize(importance) / n_cols, rows_of_matrix = tensor.shape.n_rows() / n_matrices;
  for (int64_t row = 0; row < n; ++row) {
    type.info().encode(weights + row * n_cols, importance.data() + (first + row) / rows_of_matrix * n_cols,
                       out + row * type.size_bytes(n_cols), n_cols);
  }
}

}  // namespace

Status encode_rows(const ImportedTensor& tensor, DType type, ThreadPool& pool, const ByteSink& sink,
                   std::span<const float> importance) {
  constexpr int64_t kPieceWeights = 1 << 16, kPiecesPerThread = 4;
  struct Rows {
    std::vector<uint8_t> stored;
    std::vector<float> weights;
  };
  const int64_t n_cols = tensor.shape.n_cols(), n_rows = tensor.shape.n_rows();
  const int64_t piece_rows = std::max<int64_t>(1, kPieceWeights / n_cols);
  const int64_t slab_rows = piece_rows * kPiecesPerThread * pool.n_threads();
  const int64_t row_bytes = type.size_bytes(n_cols);
  std::vector<Rows> scratch(static_cast<size_t>(pool.n_threads()));
  std::vector<uint8_t> slab;
  for (int64_t first = 0; first < n_rows; first += slab_rows) {
    const int64_t n = std::min(slab_rows, n_rows - first);
    slab.resize(static_cast<size_t>(n * row_bytes));
    pool.for_each(divide_up(n, piece_rows), [&](int64_t piece, int thread) {
      const int64_t begin = piece * piece_rows, n_piece = std::min(piece_rows, n - begin);
      uint8_t* out = slab.data() + begin * row_bytes;
      if (type == tensor.dtype) return tensor.read_rows(first + begin, n_piece, out);
      Rows& rows = scratch[static_cast<size_t>(thread)];
      rows.stored.resize(static_cast<size_t>(tensor.dtype.size_bytes(n_piece * n_cols)));
      rows.weights.resize(static_cast<size_t>(n_piece * n_cols));
      tensor.read_rows(first + begin, n_piece, rows.stored.data());
      tensor.dtype.info().decode(rows.stored.data(), rows.weights.data(), n_piece * n_cols);
      encode(tensor, importance, type, rows.weights.data(), first + begin, n_piece, out);
    });
    TRY(sink(slab));
  }
  return ok();
}

}  // namespace ondol
