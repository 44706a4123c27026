#include "compress/error_feedback.h"

#include <algorithm>
#include <cstring>

#include "compress/decoded_model.h"
#include "tensor/quant/f32.h"

namespace ondol {

std::optional<ErrorFeedback> ErrorFeedback::create(const SecondMoment& moment) {
  // Directions the text did not show are not free of charge: a hundredth of the mean is added to the diagonal.
  constexpr double kDamping = 0.01;
  const int64_t n = moment.n_cols;
  const auto at = [&](int64_t i, int64_t j) { return static_cast<size_t>(i * n + j); };
  double mean = 0;
  for (int64_t i = 0; i < n; ++i) mean += static_cast<double>(moment.sums[at(i, i)]) / static_cast<double>(n);
  if (!(mean > 0)) return std::nullopt;

  std::vector<double> upper(static_cast<size_t>(n * n)), scale(static_cast<size_t>(n)), scaled(static_cast<size_t>(n));
  for (size_t i = 0; i < upper.size(); ++i) upper[i] = static_cast<double>(moment.sums[i]) / mean;
  // from the last column to the first; row i of `upper` beyond the column at hand is done
  for (int64_t j = n - 1; j >= 0; --j) {
    const double* const row = upper.data() + at(j, 0);
    double rest = row[j] + kDamping;
    for (int64_t k = j + 1; k < n; ++k) {
      scaled[static_cast<size_t>(k)] = scale[static_cast<size_t>(k)] * row[k];
      rest -= scaled[static_cast<size_t>(k)] * row[k];
    }
    // below the damping there is nothing but rounding of the sums
    rest = std::max(rest, kDamping / 10);
    scale[static_cast<size_t>(j)] = rest;
    for (int64_t i = 0; i < j; ++i) {
      double* const other = upper.data() + at(i, 0);
      double sum = other[j];
      for (int64_t k = j + 1; k < n; ++k) sum -= other[k] * scaled[static_cast<size_t>(k)];
      other[j] = sum / rest;
    }
  }

  ErrorFeedback feedback;
  feedback.n_cols_ = n;
  feedback.scale_.assign(scale.begin(), scale.end());
  feedback.upper_.assign(upper.begin(), upper.end());
  for (int64_t i = 0; i < n; ++i) {
    std::fill_n(feedback.upper_.begin() + static_cast<std::ptrdiff_t>(at(i, 0)), i, 0.0f);
    feedback.upper_[at(i, i)] = 1;
  }
  return feedback;
}

std::vector<float> ErrorFeedback::importance(int64_t block_weights) const {
  std::vector<float> diagonal(static_cast<size_t>(n_cols_));
  for (int64_t i = 0; i < n_cols_; ++i) {
    const int64_t end = std::min(n_cols_, (i / block_weights + 1) * block_weights);
    float sum = 0;
    for (int64_t k = i; k < end; ++k) {
      const float u = upper_[static_cast<size_t>(i * n_cols_ + k)];
      sum += scale_[static_cast<size_t>(k)] * u * u;
    }
    diagonal[static_cast<size_t>(i)] = sum;
  }
  return diagonal;
}

void ErrorFeedback::round(const float* weights, DType type, const float* importance, float* targets,
                          float* rounded) const {
  const int64_t block = type.info().block_weights;
  std::vector<float> asked(static_cast<size_t>(n_cols_), 0.0f);  // the sum of errors times U so far
  std::vector<uint8_t> encoded(static_cast<size_t>(type.size_bytes(block)));
  for (int64_t first = 0; first < n_cols_; first += block) {
    const int64_t end = first + block;
    for (int64_t i = first; i < end; ++i) {
      const float answer = asked[static_cast<size_t>(i)];
      targets[i] = weights[i] + answer;
      const float* const row = upper_.data() + i * n_cols_;
      for (int64_t k = i + 1; k < end; ++k) asked[static_cast<size_t>(k)] -= answer * row[k];
    }
    type.info().encode(targets + first, importance + first, encoded.data(), block);
    type.info().decode(encoded.data(), rounded + first, block);
    for (int64_t i = first; i < end; ++i) {
      const float error = weights[i] - rounded[i];
      const float* const row = upper_.data() + i * n_cols_;
      for (int64_t k = end; k < n_cols_; ++k) asked[static_cast<size_t>(k)] += error * row[k];
    }
  }
}

double ErrorFeedback::loss(const float* error) const {
  std::vector<float> sums(static_cast<size_t>(n_cols_), 0.0f);
  for (int64_t i = 0; i < n_cols_; ++i) {
    const float* const row = upper_.data() + i * n_cols_;
    for (int64_t k = i; k < n_cols_; ++k) sums[static_cast<size_t>(k)] += error[i] * row[k];
  }
  double loss = 0;
  for (int64_t k = 0; k < n_cols_; ++k) {
    const auto sum = static_cast<double>(sums[static_cast<size_t>(k)]);
    loss += static_cast<double>(scale_[static_cast<size_t>(k)]) * sum * sum;
  }
  return loss;
}

ImportedTensor feedback_targets(const ImportedTensor& tensor, DType type, std::span<const float> importance,
                                const ErrorFeedback& feedback) {
  ImportedTensor targets = tensor;
  targets.dtype = dtype_of<F32>;
  targets.layout = Layout::kFile;
  targets.read_rows = [&tensor, type, importance, &feedback](int64_t first, int64_t n, uint8_t* out) {
    const int64_t n_cols = tensor.shape.n_cols();
    std::vector<float> weights(static_cast<size_t>(n_cols)), rounded(static_cast<size_t>(n_cols)),
        asked(static_cast<size_t>(n_cols));
    for (int64_t row = first; row < first + n; ++row) {
      read_row(tensor, row, weights.data());
      feedback.round(weights.data(), type, importance.data(), asked.data(), rounded.data());
      std::memcpy(out + (row - first) * n_cols * static_cast<int64_t>(sizeof(float)), asked.data(),
                  asked.size() * sizeof(float));
    }
  };
  return targets;
}

}  // namespace ondol
