#include "compress/calibrate.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "compress/compress_messages.h"
#include "compress/example_feed.h"
#include "compress/matrix_names.h"

namespace ondol {
namespace {

// Adds up squares under the names the file has for the matrices.
class SquareSums : public ProductObserver {
 public:
  SquareSums(const Checkpoint& checkpoint, Importance& importance) : names_(checkpoint), importance_(importance) {}

  void see(const WeightView& matrix, int64_t expert, const float* x, int64_t n_tokens) override {
    MatrixImportance& sums = matrix_of(matrix);
    double* squares = sums.squares.data() + expert * sums.n_cols;
    for (int64_t t = 0; t < n_tokens; ++t, x += sums.n_cols) {
      for (int64_t i = 0; i < sums.n_cols; ++i) squares[i] += static_cast<double>(x[i] * x[i]);
    }
    sums.n_tokens[static_cast<size_t>(expert)] += n_tokens;
  }

 private:
  // Where the tensor that holds the matrix counts; several matrices of one tensor (q, k and v in one) count once.
  MatrixImportance& matrix_of(const WeightView& matrix) {
    const NamedTensor* tensor = names_.find(matrix);
    MatrixImportance& sums = tensor == nullptr ? unnamed_[matrix.data] : importance_.matrices[tensor->name];
    if (sums.n_cols == 0) {
      const int64_t n_matrices = tensor != nullptr && tensor->view.shape.n_dims > 2 ? tensor->view.shape[0] : 1;
      sums.n_cols = matrix.n_cols;
      sums.squares.resize(static_cast<size_t>(n_matrices * matrix.n_cols));
      sums.n_tokens.resize(static_cast<size_t>(n_matrices));
    }
    return sums;
  }

  MatrixNames names_;
  Importance& importance_;
  std::unordered_map<const void*, MatrixImportance> unnamed_;  // that begin inside a tensor
};

bool is_finite(const Importance& importance) {
  return std::all_of(importance.matrices.begin(), importance.matrices.end(), [](const auto& named) {
    const auto& squares = named.second.squares;
    return std::all_of(squares.begin(), squares.end(), [](double x) { return std::isfinite(x); });
  });
}

}  // namespace

Result<CalibrationResult> calibrate(const Model& model, const Checkpoint& checkpoint, ThreadPool& pool,
                                    std::span<const Example> examples, const CalibrateOptions& options,
                                    Importance begun, const CalibrationReport& report) {
  CalibrationResult result{.importance = std::move(begun), .loss = {}};
  Importance& importance = result.importance;
  importance.chunk_tokens = options.chunk_tokens;
  SquareSums sums(checkpoint, importance);
  TRY(ExampleFeed feed,
      ExampleFeed::create(model, pool, examples,
                          {.chunk_tokens = options.chunk_tokens, .max_chunks = options.max_chunks, .observer = &sums}));
  while (importance.n_chunks < feed.n_chunks()) {
    TRY(feed.read(importance.n_chunks, [&](const Example& example, int64_t first, int64_t n_rows, const float* logits) {
      result.loss.add(example, first, n_rows, logits, model.hp.vocab_size, pool);
    }));
    ++importance.n_chunks;
    if (!is_finite(importance)) return fail(ErrorKind::kBadInput, msg::kCalibrationNotFinite);
    if (report) { TRY(report(importance, feed.n_chunks())); }
  }
  return result;
}

}  // namespace ondol
