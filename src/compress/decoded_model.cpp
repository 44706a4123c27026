#include "compress/decoded_model.h"

#include "base/memory.h"
#include "compress/compress_messages.h"
#include "tensor/quant/f32.h"

namespace ondol {

Result<DecodedModel> decode_model(const ImportedModel& original, ThreadPool& pool) {
  int64_t n_weights = 0;
  for (const ImportedTensor& tensor : original.tensors) n_weights += tensor.shape.n_elements();
  TRY(check_memory(msg::kTrialMemory.text(), n_weights * static_cast<int64_t>(sizeof(float))));

  DecodedModel decoded{.checkpoint = {.format = original.source.format, .metadata = original.source.metadata},
                       .numbers = {}};
  for (const ImportedTensor& tensor : original.tensors) {
    const int64_t n_cols = tensor.shape.n_cols();
    const auto numbers =
        std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(tensor.shape.n_elements()) * sizeof(float));
    auto* out = reinterpret_cast<float*>(numbers->data());
    pool.for_each(tensor.shape.n_rows(), [&](int64_t row, int) { read_row(tensor, row, out + row * n_cols); });
    decoded.checkpoint.tensors.push_back({tensor.name, {numbers->data(), dtype_of<F32>, tensor.shape}});
    decoded.checkpoint.buffers.push_back(numbers);
    decoded.numbers.push_back(numbers);
  }
  TRY(original.source.check_files());
  return decoded;
}

void read_row(const ImportedTensor& tensor, int64_t row, float* out) {
  std::vector<uint8_t> stored(static_cast<size_t>(tensor.dtype.size_bytes(tensor.shape.n_cols())));
  tensor.read_rows(row, 1, stored.data());
  tensor.dtype.info().decode(stored.data(), out, tensor.shape.n_cols());
}

}  // namespace ondol
