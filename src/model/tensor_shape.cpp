#include "model/tensor_shape.h"

#include <charconv>

#include "base/check.h"

namespace ondol {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Cuts off what stands before `separator` (or all of it).
std::string_view take(std::string_view& text, char separator) {
  const std::string_view piece = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), piece.size() + 1));
  return trim(piece);
}

int64_t size_named(std::string_view name, const Hyperparameters& hp, const LayerSizes& layer) {
  if (name == "vocab") return hp.vocab_size;
  if (name == "hidden") return hp.hidden_size;
  if (name == "context") return hp.context_length;
  if (name == "heads") return layer.n_heads;
  if (name == "kv_heads") return layer.n_kv_heads;
  if (name == "head_dim") return hp.head_dim;
  if (name == "ffn") return layer.ffn_size;
  if (name == "experts") return layer.expert_ffn_size > 0 ? hp.n_experts : 0;
  if (name == "expert_ffn") return layer.expert_ffn_size;
  if (name == "rope_pairs") return hp.rope_dims / 2;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  CHECK(error == std::errc{} && end == name.data() + name.size());  // else a name of a family's table is unknown
  return number;
}

}  // namespace

int64_t tensor_size(std::string_view expression, const Hyperparameters& hp, int layer) {
  int64_t sum = 0;
  while (!expression.empty()) {
    std::string_view term = take(expression, '+');
    int64_t product = 1;
    while (!term.empty()) product *= size_named(take(term, '*'), hp, hp.layers[static_cast<size_t>(layer)]);
    sum += product;
  }
  return sum;
}

std::vector<Shape> tensor_shapes(std::string_view text, const Hyperparameters& hp, int layer) {
  std::vector<Shape> shapes;
  while (!text.empty()) {
    std::string_view sizes = take(text, '|');
    sizes = sizes.substr(1, sizes.size() - 2);
    Shape shape;
    while (!sizes.empty()) shape.dims[static_cast<size_t>(shape.n_dims++)] = tensor_size(take(sizes, ','), hp, layer);
    shapes.push_back(shape);
  }
  return shapes;
}

bool has_tensor(const TensorName& tensor, const Hyperparameters& hp, int layer) {
  return tensor_shapes(tensor.shape, hp, layer).front().n_elements() > 0;
}

}  // namespace ondol
