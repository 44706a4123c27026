#include "format/tensor_table.h"

#include <algorithm>
#include <string>

#include "base/checked_math.h"
#include "base/utf8.h"
#include "format/format_messages.h"
#include "tensor/panel.h"

namespace ondol {

Result<int64_t> checked_n_elements(std::string_view file, std::string_view tensor, const Shape& shape) {
  int64_t n_elements = 1;
  for (int i = 0; i < shape.n_dims; ++i) {
    if (shape[i] < 1) return fail(ErrorKind::kCorruptFile, msg::kBadDim, file, printable(tensor), i, shape[i]);
    const auto product = checked_mul(n_elements, shape[i]);
    if (!product) return fail(ErrorKind::kCorruptFile, msg::kShapeOverflows, file, printable(tensor));
    n_elements = *product;
  }
  return n_elements;
}

Result<int64_t> checked_tensor_bytes(std::string_view file, std::string_view tensor, DType dtype, const Shape& shape,
                                     Layout layout) {
  const TypeInfo& type = dtype.info();
  TRY(int64_t n_elements, checked_n_elements(file, tensor, shape));
  if (layout == Layout::kRun) {
    if (shape.n_dims < 2) return fail(ErrorKind::kCorruptFile, msg::kRunLayoutOfVector, file, printable(tensor));
    // rounding the rows up must not overflow
    if (shape[shape.n_dims - 2] > INT64_MAX - kPanelRows) {
      return fail(ErrorKind::kCorruptFile, msg::kShapeOverflows, file, printable(tensor));
    }
    TRY(n_elements, checked_n_elements(file, tensor, padded_shape(shape)));
  }
  if (shape.n_cols() % type.block_weights != 0) {
    return fail(ErrorKind::kCorruptFile, msg::kRowNotWholeBlocks, file, printable(tensor), shape.n_cols(),
                type.block_weights, type.name);
  }
  const auto size_bytes = checked_mul(n_elements / type.block_weights, type.block_bytes);
  if (!size_bytes) return fail(ErrorKind::kCorruptFile, msg::kShapeOverflows, file, printable(tensor));
  return *size_bytes;
}

Status check_tensor_place(std::string_view file, std::string_view tensor, int64_t offset, int64_t size_bytes,
                          int64_t file_bytes) {
  const auto end = checked_add(offset, size_bytes);
  if (end && *end <= file_bytes) return ok();
  return fail(ErrorKind::kCorruptFile, msg::kTensorPastEnd, file, printable(tensor), size_bytes, offset, file_bytes);
}

Status check_unique_names(std::string_view file, std::span<const NamedTensor> tensors) {
  std::vector<std::string_view> names;
  names.reserve(tensors.size());
  for (const NamedTensor& tensor : tensors) names.push_back(tensor.name);
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin == names.end()) return ok();
  return fail(ErrorKind::kCorruptFile, msg::kDuplicateTensor, file, printable(*twin));
}

Status check_no_overlap(std::string_view file, std::span<const NamedTensor> tensors, const uint8_t* base) {
  std::vector<const NamedTensor*> by_place;
  by_place.reserve(tensors.size());
  for (const NamedTensor& tensor : tensors) by_place.push_back(&tensor);
  std::sort(by_place.begin(), by_place.end(),
            [](const NamedTensor* a, const NamedTensor* b) { return a->view.data < b->view.data; });
  for (size_t i = 1; i < by_place.size(); ++i) {
    const NamedTensor &before = *by_place[i - 1], &after = *by_place[i];
    if (before.view.data + before.view.size_bytes() <= after.view.data) continue;
    return fail(ErrorKind::kCorruptFile, msg::kTensorsOverlap, file, printable(before.name), printable(after.name),
                after.view.data - base);
  }
  return ok();
}

std::string supported_type_names() {
  std::string names;
  for (const TypeInfo& type : all_types()) names += (names.empty() ? "" : ", ") + std::string(type.name);
  return names;
}

}  // namespace ondol
