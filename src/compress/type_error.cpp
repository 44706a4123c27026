#include "compress/type_error.h"

#include <algorithm>

#include "compress/decoded_model.h"

namespace ondol {

double type_error(const ImportedTensor& tensor, DType type, std::span<const float> importance,
                  const ErrorFeedback* feedback, int64_t max_rows, ThreadPool& pool) {
  const int64_t n_cols = tensor.shape.n_cols(), n_rows = tensor.shape.n_rows(), n = std::min(n_rows, max_rows);
  const auto width = static_cast<size_t>(n_cols);
  const int64_t n_matrices = std::max<int64_t>(1, std::ssize(importance) / n_cols);
  struct Sums {
    double error = 0, all = 0;
  };
  std::vector<Sums> sums(static_cast<size_t>(n));
  pool.for_each(n, [&](int64_t i, int) {
    const int64_t row = i * n_rows / n;
    std::vector<float> weights(width), decoded(width);
    read_row(tensor, row, weights.data());
    Sums& sum = sums[static_cast<size_t>(i)];
    if (feedback != nullptr) {
      std::vector<float> targets(width);
      feedback->round(weights.data(), type, importance.data(), targets.data(), decoded.data());
      sum.all = feedback->loss(weights.data());
      for (size_t c = 0; c < width; ++c) decoded[c] = weights[c] - decoded[c];
      sum.error = feedback->loss(decoded.data());
      return;
    }
    const float* own = importance.empty() ? nullptr : importance.data() + row / (n_rows / n_matrices) * n_cols;
    std::vector<uint8_t> encoded(static_cast<size_t>(type.size_bytes(n_cols)));
    type.info().encode(weights.data(), own, encoded.data(), n_cols);
    type.info().decode(encoded.data(), decoded.data(), n_cols);
    for (size_t c = 0; c < width; ++c) {
      const double weight = static_cast<double>(weights[c]), lost = weight - static_cast<double>(decoded[c]);
      const double counts = own == nullptr ? 1.0 : static_cast<double>(own[c]);
      sum.error += counts * lost * lost;
      sum.all += counts * weight * weight;
    }
  });
  Sums all;
  for (const Sums& sum : sums) {
    all.error += sum.error;
    all.all += sum.all;
  }
  return all.all > 0 ? all.error / all.all : 0;
}

}  // namespace ondol
