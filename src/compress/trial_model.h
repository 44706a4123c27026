// TrialModel: a model in memory whose matrices can be given the numbers they would have in another type, one by one,
// so that what a choice of types costs can be measured without writing a file.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "compress/error_feedback.h"
#include "model/import/imported_model.h"
#include "model/model.h"

namespace ondol {

// `original` and `pool` outlive it.
class TrialModel {
 public:
  // Takes four bytes a weight.  `name` stands for the model in errors.  Fails as load_model() does, or with kIo.
  static Result<std::unique_ptr<TrialModel>> create(const ImportedModel& original, const std::string& name,
                                                    ThreadPool& pool);

  // With every change so far.
  const Model& model() const { return model_; }
  // What the model was loaded from.
  const Checkpoint& checkpoint() const { return checkpoint_; }

  // Gives the tensor (an index into original.tensors) the numbers it has when stored as `type`, whose blocks fit its
  // rows; with the original's own type its own numbers.  Does nothing when it has that type already, with the same
  // feedback.  `importance` as encode_rows(), the same for every call of a tensor and type.  With `feedback` errors
  // are answered by later columns.  Fails with kIo.
  Status store(size_t tensor, DType type, std::span<const float> importance, const ErrorFeedback* feedback = nullptr);

 private:
  TrialModel(const ImportedModel& original, ThreadPool& pool) : original_(original), pool_(pool) {}

  struct Stored {
    DType type;
    const ErrorFeedback* feedback;
  };

  Status store_rows(size_t tensor, DType type, std::span<const float> importance);
  void store_with_feedback(size_t tensor, DType type, const float* importance, const ErrorFeedback& feedback);

  const ImportedModel& original_;
  ThreadPool& pool_;
  Checkpoint checkpoint_;
  std::vector<std::shared_ptr<std::vector<uint8_t>>> numbers_;  // [tensors] f32
  std::vector<std::optional<Stored>> stored_;                   // [tensors] what they are the numbers of
  Model model_;
};

}  // namespace ondol
