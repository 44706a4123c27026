#include "model/import/imported_model.h"

#include <algorithm>

#include "tensor/run_layout.h"

namespace ondol {

const ImportedTensor* ImportedModel::find(std::string_view name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const ImportedTensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

Checkpoint ImportedModel::description() const {
  Checkpoint described{.format = source.format, .metadata = source.metadata};
  for (const ImportedTensor& tensor : tensors) {
    described.tensors.push_back({tensor.name, {nullptr, tensor.dtype, tensor.shape}});
  }
  return described;
}

ImportedModel as_stored(Checkpoint checkpoint) {
  ImportedModel model{.source = std::move(checkpoint)};
  for (const NamedTensor& tensor : model.source.tensors) {
    const TensorView view = tensor.view;
    model.tensors.push_back(
        {.name = tensor.name,
         .dtype = view.dtype,
         .shape = view.shape,
         .layout = view.layout,
         .read_rows = [view](int64_t first, int64_t n, uint8_t* out) { read_rows(view, first, n, out); },
         .reads = {{view.data, static_cast<size_t>(view.size_bytes())}}});
  }
  return model;
}

}  // namespace ondol
