#include "tensor/tensor_view.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/checked_math.h"
#include "tensor/panel.h"

namespace ondol {

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (int i = 0; i < shape.n_dims; ++i) text += fmt::format("{}{}", i > 0 ? ", " : "", shape[i]);
  return text + "]";
}

const char* layout_name(Layout layout) { return layout == Layout::kRun ? "run" : "file"; }

Shape padded_shape(const Shape& shape) {
  CHECK(shape.n_dims >= 2);
  Shape padded = shape;
  int64_t& n_rows = padded.dims[static_cast<size_t>(shape.n_dims - 2)];
  n_rows = round_up(n_rows, kPanelRows);
  return padded;
}

}  // namespace ondol
