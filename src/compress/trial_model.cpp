#include "compress/trial_model.h"

#include "compress/decoded_model.h"
#include "model/import/encode_rows.h"

namespace ondol {

Result<std::unique_ptr<TrialModel>> TrialModel::create(const ImportedModel& original, const std::string& name,
                                                       ThreadPool& pool) {
  std::unique_ptr<TrialModel> trial(new TrialModel(original, pool));
  TRY(DecodedModel decoded, decode_model(original, pool));
  trial->numbers_ = std::move(decoded.numbers);
  for (const ImportedTensor& tensor : original.tensors) trial->types_.push_back(tensor.dtype);
  TRY(trial->model_, load_model(decoded.checkpoint, name, pool, {.low_memory = true}));
  return trial;
}

Status TrialModel::store(size_t index, DType type, std::span<const float> importance) {
  if (types_[index] == type) return ok();
  types_[index].reset();
  const ImportedTensor& tensor = original_.tensors[index];
  auto* out = reinterpret_cast<float*>(numbers_[index]->data());
  const int64_t n_cols = tensor.shape.n_cols(), row_bytes = type.size_bytes(n_cols);
  TRY(encode_rows(
      tensor, type, pool_,
      [&](std::span<const uint8_t> rows) -> Status {
        const int64_t n_rows = std::ssize(rows) / row_bytes;
        pool_.for_each(n_rows, [&](int64_t row, int) {
          type.info().decode(rows.data() + row * row_bytes, out + row * n_cols, n_cols);
        });
        out += n_rows * n_cols;
        return ok();
      },
      importance));
  types_[index] = type;
  return ok();
}

}  // namespace ondol
