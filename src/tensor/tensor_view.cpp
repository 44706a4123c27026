#include "tensor/tensor_view.h"

#include <fmt/format.h>

namespace ondol {

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (int i = 0; i < shape.n_dims; ++i) text += fmt::format("{}{}", i > 0 ? ", " : "", shape[i]);
  return text + "]";
}

}  // namespace ondol
