#include "compress/vocabulary_trim.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/memory.h"
#include "compress/compress_messages.h"
#include "format/gguf_writer.h"
#include "model/architecture.h"
#include "model/import/rearrange.h"
#include "model/model_messages.h"
#include "model/storage_type.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

// The tensors of the family with a row, or a number, for each token.
bool has_row_per_token(const Architecture& family, std::string_view name) {
  return std::any_of(family.tensors.begin(), family.tensors.end(), [&](const TensorName& tensor) {
    return tensor.gguf == name && tensor.shape.starts_with("[vocab");
  });
}

ImportedTensor kept_numbers(const ImportedTensor& tensor, const std::vector<int64_t>& rows) {
  const int64_t n = tensor.shape.n_elements();
  std::vector<uint8_t> stored(static_cast<size_t>(tensor.dtype.size_bytes(n)));
  std::vector<float> all(static_cast<size_t>(n)), kept;
  tensor.read_rows(0, 1, stored.data());
  tensor.dtype.info().decode(stored.data(), all.data(), n);
  for (const int64_t row : rows) kept.push_back(all[static_cast<size_t>(row)]);
  Shape shape = tensor.shape;
  shape.dims[0] = std::ssize(rows);
  return made_tensor(tensor.name, std::move(kept), shape);
}

// rows [n_kept]  of the original, ascending
ImportedTensor kept_rows(const ImportedTensor& tensor, const std::shared_ptr<const std::vector<int64_t>>& rows) {
  ImportedTensor kept = tensor;
  kept.shape.dims[0] = std::ssize(*rows);
  const int64_t row_bytes = tensor.dtype.size_bytes(tensor.shape.n_cols());
  kept.read_rows = [rows, row_bytes, read = tensor.read_rows](int64_t first, int64_t n, uint8_t* out) {
    for (int64_t row = first; row < first + n;) {
      const int64_t old = (*rows)[static_cast<size_t>(row)];
      int64_t n_together = 1;
      while (row + n_together < first + n && (*rows)[static_cast<size_t>(row + n_together)] == old + n_together) {
        ++n_together;
      }
      read(old, n_together, out);
      row += n_together;
      out += n_together * row_bytes;
    }
  };
  return kept;
}

template <class TypeOf>
int64_t bytes_as(const ImportedModel& model, TypeOf&& type_of) {
  std::vector<TensorToWrite> tensors;
  for (const ImportedTensor& tensor : model.tensors) {
    const DType type = stays_f32(tensor.name, tensor.shape) ? dtype_of<F32> : type_of(tensor);
    tensors.push_back({tensor.name, type, tensor.shape, nullptr, type == tensor.dtype ? tensor.layout : Layout::kFile});
  }
  Metadata metadata = model.source.metadata;
  metadata.erase("general.file_type");  // as write_model() does
  return gguf_size_bytes(metadata, tensors);
}

}  // namespace

int64_t stored_bytes(const ImportedModel& model) {
  return bytes_as(model, [](const ImportedTensor& tensor) { return tensor.dtype; });
}

int64_t bytes_at_16_bits(const ImportedModel& model) {
  return bytes_as(model, [](const ImportedTensor&) { return dtype_of<F16>; });
}

Result<ImportedModel> trim_vocabulary(const ImportedModel& original, const TokenizerTrim& trim,
                                      const std::vector<uint8_t>& kept) {
  std::vector<int64_t> rows;
  for (size_t id = 0; id < kept.size(); ++id) {
    if (kept[id] != 0) rows.push_back(static_cast<int64_t>(id));
  }
  const auto shared_rows = std::make_shared<const std::vector<int64_t>>(rows);
  const auto name = original.source.metadata.get_string("general.architecture");
  const Architecture* family = find_architecture(name.value_or(""));
  CHECK(family != nullptr);  // import_model() looked

  ImportedModel trimmed{.source = original.source};
  trimmed.source.metadata = trim.apply(kept);
  if (!trimmed.source.metadata.find("ondol.original_bytes")) {
    trimmed.source.metadata.set("ondol.original_bytes", {.type = MetaType::kU64, .value = bytes_at_16_bits(original)});
  }
  for (const ImportedTensor& tensor : original.tensors) {
    if (!has_row_per_token(*family, tensor.name)) {
      trimmed.tensors.push_back(tensor);
      continue;
    }
    if (tensor.shape[0] != std::ssize(kept)) {
      return fail(ErrorKind::kCorruptFile, msg::kVocabularyDisagrees, tensor.name, kept.size(), tensor.shape[0]);
    }
    trimmed.tensors.push_back(tensor.shape.n_dims == 1 ? kept_numbers(tensor, rows) : kept_rows(tensor, shared_rows));
  }
  return trimmed;
}

Result<Checkpoint> trimmed_checkpoint(const ImportedModel& trimmed, const Checkpoint& original) {
  Checkpoint checkpoint = original;
  checkpoint.metadata = trimmed.source.metadata;
  for (NamedTensor& tensor : checkpoint.tensors) {
    const ImportedTensor* wanted = trimmed.find(tensor.name);
    CHECK(wanted != nullptr);
    if (wanted->shape == tensor.view.shape) continue;
    const TensorView view{nullptr, wanted->dtype, wanted->shape};
    TRY(check_memory(msg::kTrimMemory.text(), view.size_bytes()));
    auto bytes = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(view.size_bytes()));
    wanted->read_rows(0, wanted->shape.n_rows(), bytes->data());
    tensor.view = {bytes->data(), wanted->dtype, wanted->shape};
    checkpoint.buffers.push_back(std::move(bytes));
  }
  return checkpoint;
}

}  // namespace ondol
