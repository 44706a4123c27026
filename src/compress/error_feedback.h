// Error feedback: what rounding some columns of a matrix costs is partly made good by those that are rounded after
// them.
//
// The loss of a row's error e is e H e^T (compress/second_moments.h).  With H = U S U^T, U upper triangular with ones
// on its diagonal and S diagonal, it is the sum over blocks of columns of y D y^T, where a block's y is its own error
// plus what the errors before it ask of it.  So a block is not asked to round its weights but its weights plus that,
// and is judged by D, the part of H that no later block can answer. Source: Frantar et al. 2023 (GPTQ); in this form
// Chee et al. 2023 (LDLQ), for blocks Tseng et al. 2024 (QuIP#).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "compress/second_moments.h"
#include "model/import/imported_model.h"
#include "tensor/dtype.h"

namespace ondol {

// Immutable; any thread.
class ErrorFeedback {
 public:
  // Nothing where no token was seen, or nothing but zeros.
  static std::optional<ErrorFeedback> create(const SecondMoment& moment);

  int64_t n_cols() const { return n_cols_; }

  // [n_cols] D's diagonal for blocks of so many columns: the importance by which encoders are to round.
  std::vector<float> importance(int64_t block_weights) const;

  // Rounds a row [n_cols] block by block as `type`.  `targets` [n_cols] receives what each block was asked to round:
  // encoded with the same importance it gives the same bytes.  `rounded` [n_cols] receives what they decode to.
  void round(const float* weights, DType type, const float* importance, float* targets, float* rounded) const;

  // e H e^T of an error [n_cols], in units of H's mean diagonal.
  double loss(const float* error) const;

 private:
  int64_t n_cols_ = 0;
  std::vector<float> upper_;  // [n_cols, n_cols] U
  std::vector<float> scale_;  // [n_cols] S
};

// The tensor as F32, every row what round() asks its blocks to be, computed when it is read: encode_rows() as `type`,
// with `importance` for that type's blocks, then makes the bytes that round() rounded to.  Both outlive it.
ImportedTensor feedback_targets(const ImportedTensor& tensor, DType type, std::span<const float> importance,
                                const ErrorFeedback& feedback);

}  // namespace ondol
