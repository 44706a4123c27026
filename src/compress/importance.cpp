#include "compress/importance.h"

namespace ondol {

std::vector<float> MatrixImportance::means(int64_t expert) const {
  const int64_t n = n_tokens[static_cast<size_t>(expert)];
  std::vector<float> means(static_cast<size_t>(n_cols), 1.0f);
  if (n == 0) return means;
  for (size_t i = 0; i < means.size(); ++i) {
    means[i] = static_cast<float>(squares[static_cast<size_t>(expert * n_cols) + i] / static_cast<double>(n));
  }
  return means;
}

}  // namespace ondol
