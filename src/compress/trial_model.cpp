#include "compress/trial_model.h"

#include "compress/decoded_model.h"
#include "model/import/encode_rows.h"

namespace ondol {

Result<std::unique_ptr<TrialModel>> TrialModel::create(const ImportedModel& original, const std::string& name,
                                                       ThreadPool& pool) {
  std::unique_ptr<TrialModel> trial(new TrialModel(original, pool));
  TRY(DecodedModel decoded, decode_model(original, pool));
  trial->numbers_ = std::move(decoded.numbers);
  trial->checkpoint_ = std::move(decoded.checkpoint);
  for (const ImportedTensor& tensor : original.tensors) trial->stored_.push_back(Stored{tensor.dtype, nullptr});
  TRY(trial->model_, load_model(trial->checkpoint_, name, pool, {.low_memory = true}));
  return trial;
}

Status TrialModel::store(size_t index, DType type, std::span<const float> importance, const ErrorFeedback* feedback) {
  if (stored_[index] && stored_[index]->type == type && stored_[index]->feedback == feedback) return ok();
  stored_[index].reset();
  if (feedback == nullptr) {
    TRY(store_rows(index, type, importance));
  } else {
    store_with_feedback(index, type, importance.data(), *feedback);
  }
  stored_[index] = Stored{type, feedback};
  return ok();
}

Status TrialModel::store_rows(size_t index, DType type, std::span<const float> importance) {
  const ImportedTensor& tensor = original_.tensors[index];
  auto* out = reinterpret_cast<float*>(numbers_[index]->data());
  const int64_t n_cols = tensor.shape.n_cols(), row_bytes = type.size_bytes(n_cols);
  return encode_rows(
      tensor, type, pool_,
      [&](std::span<const uint8_t> rows) -> Status {
        const int64_t n_rows = std::ssize(rows) / row_bytes;
        pool_.for_each(n_rows, [&](int64_t row, int) {
          type.info().decode(rows.data() + row * row_bytes, out + row * n_cols, n_cols);
        });
        out += n_rows * n_cols;
        return ok();
      },
      importance);
}

void TrialModel::store_with_feedback(size_t index, DType type, const float* importance, const ErrorFeedback& feedback) {
  const ImportedTensor& tensor = original_.tensors[index];
  auto* out = reinterpret_cast<float*>(numbers_[index]->data());
  const int64_t n_cols = tensor.shape.n_cols();
  pool_.for_each(tensor.shape.n_rows(), [&](int64_t row, int) {
    std::vector<float> weights(static_cast<size_t>(n_cols)), targets(static_cast<size_t>(n_cols));
    read_row(tensor, row, weights.data());
    feedback.round(weights.data(), type, importance, targets.data(), out + row * n_cols);
  });
}

}  // namespace ondol
