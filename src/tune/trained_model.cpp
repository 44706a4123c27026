#include "tune/trained_model.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

// The parameters a file's tensor holds, one below the other; none where it was not trained.
std::vector<const Parameter<float>*> parts_of(const Network<float>& network, const std::string& name) {
  const Model& model = network.model();
  for (int layer = 0; layer < model.hp.n_layers; ++layer) {
    for (const TensorName& tensor : model.arch->tensors) {
      if (tensor.parts.empty() || tensor_name(tensor.gguf, layer) != name) continue;
      std::vector<const Parameter<float>*> parts;
      for (const TensorPart& part : tensor.parts) parts.push_back(network.find(tensor_name(part.gguf, layer)));
      return parts;
    }
  }
  const Parameter<float>* own = network.find(name);
  if (own == nullptr || !own->trained) return {};
  return {own};
}

}  // namespace

ImportedModel trained_model(Checkpoint base, const Network<float>& network) {
  ImportedModel model = as_stored(std::move(base));
  for (ImportedTensor& tensor : model.tensors) {
    const auto parts = parts_of(network, tensor.name);
    if (parts.empty()) continue;
    const int64_t n_cols = tensor.shape.n_cols();
    tensor.dtype = dtype_of<F32>;
    tensor.layout = Layout::kFile;
    tensor.reads.clear();
    tensor.read_rows = [parts, n_cols](int64_t first, int64_t n, uint8_t* out) {
      // Elements [begin, end) of all parts together: a bias has its parts side by side in one row.
      const int64_t begin = first * n_cols, end = (first + n) * n_cols;
      int64_t at = 0;
      for (const Parameter<float>* part : parts) {
        const int64_t from = std::max(begin, at), to = std::min(end, at + part->n_elements());
        if (from < to) {
          std::memcpy(out + (from - begin) * int64_t{sizeof(float)}, part->value.data() + (from - at),
                      static_cast<size_t>(to - from) * sizeof(float));
        }
        at += part->n_elements();
      }
    };
  }
  return model;
}

Adapter trained_adapter(const Network<float>& network, const LowRankOptions& options) {
  Adapter adapter{
      .architecture = network.model().arch->name(), .alpha = options.alpha, .rank_stabilised = options.rank_stabilised};
  constexpr std::string_view kA = ".lora_a";
  for (const Parameter<float>& p : network.parameters()) {
    if (!p.name.ends_with(kA)) continue;
    const std::string matrix = p.name.substr(0, p.name.size() - kA.size());
    const Parameter<float>* b = network.find(matrix + ".lora_b");
    CHECK(b != nullptr);
    adapter.matrices.push_back({matrix, p.n_rows, b->n_rows, p.n_cols, p.value, b->value, options.scale()});
  }
  return adapter;
}

}  // namespace ondol
