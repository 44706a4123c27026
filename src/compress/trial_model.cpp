#include "compress/trial_model.h"

#include "base/memory.h"
#include "compress/compress_messages.h"
#include "model/import/encode_rows.h"
#include "tensor/quant/f32.h"

namespace ondol {

Result<std::unique_ptr<TrialModel>> TrialModel::create(const ImportedModel& original, const std::string& name,
                                                       ThreadPool& pool) {
  int64_t n_weights = 0;
  for (const ImportedTensor& tensor : original.tensors) n_weights += tensor.shape.n_elements();
  TRY(check_memory(msg::kTrialMemory.text(), n_weights * static_cast<int64_t>(sizeof(float))));

  std::unique_ptr<TrialModel> trial(new TrialModel(original, pool));
  Checkpoint checkpoint{.format = original.source.format, .metadata = original.source.metadata};
  trial->types_.resize(original.tensors.size());
  for (size_t i = 0; i < original.tensors.size(); ++i) {
    const ImportedTensor& tensor = original.tensors[i];
    const auto n_bytes = static_cast<size_t>(tensor.shape.n_elements()) * sizeof(float);
    trial->numbers_.push_back(std::make_shared<std::vector<uint8_t>>(n_bytes));
    TRY(trial->store(i, tensor.dtype, {}));
    checkpoint.tensors.push_back({tensor.name, {trial->numbers_[i]->data(), dtype_of<F32>, tensor.shape}});
    checkpoint.buffers.push_back(trial->numbers_[i]);
  }
  TRY(trial->model_, load_model(checkpoint, name, pool, {.low_memory = true}));
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
