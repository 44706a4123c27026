#include "model/adapter/read_low_rank.h"

#include <algorithm>
#include <cmath>

#include "base/memory.h"
#include "model/adapter/adapter_messages.h"
#include "tensor/run_layout.h"

namespace ondol {
namespace {

Result<std::vector<float>> decode(std::string_view file, const NamedView& tensor) {
  const TensorView& view = *tensor.view;
  const int64_t n = view.shape.n_elements();
  TRY(check_memory(msg::kAdapterMemory.text(), n * static_cast<int64_t>(sizeof(float))));
  std::vector<float> values(static_cast<size_t>(n));
  std::vector<uint8_t> row(static_cast<size_t>(view.row_bytes()));
  for (int64_t r = 0; r < view.shape.n_rows(); ++r) {
    read_rows(view, r, 1, row.data());
    view.dtype.info().decode(row.data(), values.data() + r * view.shape.n_cols(), view.shape.n_cols());
  }
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
    return fail(ErrorKind::kCorruptFile, msg::kAdapterNotFinite, file, tensor.name);
  }
  return values;
}

// What a tensor is that has no place.
const Message& kind_of(std::string_view name) {
  const auto has = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (has("lora_magnitude")) return msg::kAreMagnitudes;
  if (has("lora_embedding") || has("token_embd") || has("embed_tokens")) return msg::kAreOfEmbeddings;
  if (has(".experts.") || has("_exps.")) return msg::kAreOfExperts;
  if (name.ends_with(".bias")) return msg::kAreBiases;
  return has("lora_") ? msg::kAreOfAnotherModel : msg::kAreWholeTensors;
}

}  // namespace

Result<LowRank> read_low_rank(std::string_view file, const FileMatrix& matrix, const NamedView& a, const NamedView& b) {
  for (const NamedView* half : {&a, &b}) {
    if (half->view == nullptr) return fail(ErrorKind::kCorruptFile, msg::kHalfAdapter, file, half->name);
  }
  const Shape &a_shape = a.view->shape, &b_shape = b.view->shape;
  if (a_shape.n_dims != 2 || a_shape[1] != matrix.n_cols) {
    return fail(ErrorKind::kCorruptFile, msg::kAdapterShape, file, a.name, to_string(a_shape),
                fmt::format("[rank, {}]", matrix.n_cols));
  }
  const int64_t rank = a_shape[0];
  if (b_shape != Shape{matrix.n_rows, rank}) {
    return fail(ErrorKind::kCorruptFile, msg::kAdapterShape, file, b.name, to_string(b_shape),
                to_string(Shape{matrix.n_rows, rank}));
  }
  LowRank whole{.tensor = matrix.gguf, .rank = rank, .n_rows = matrix.n_rows, .n_cols = matrix.n_cols};
  TRY(whole.a, decode(file, a));
  TRY(whole.b, decode(file, b));
  return whole;
}

Status add_parts(std::string_view file, const FileMatrix& matrix, LowRank whole, Adapter& adapter) {
  for (LowRank& part : split(matrix, std::move(whole))) {
    const auto is_same = [&](const LowRank& other) { return other.tensor == part.tensor; };
    if (std::any_of(adapter.matrices.begin(), adapter.matrices.end(), is_same)) {
      return fail(ErrorKind::kCorruptFile, msg::kAdapterTwice, file, part.tensor);
    }
    adapter.matrices.push_back(std::move(part));
  }
  return ok();
}

Status check_all_read(std::string_view file, std::vector<std::string> left, const Adapter& adapter) {
  if (!left.empty()) {
    std::sort(left.begin(), left.end());
    const Message& kind = kind_of(left.front());
    std::erase_if(left, [&](const std::string& name) { return &kind_of(name) != &kind; });
    return fail(ErrorKind::kUnsupported, msg::kAdapterTensorsUnsupported, file, left.size(),
                format_message(kind, adapter.architecture), list_names(left));
  }
  if (adapter.matrices.empty()) return fail(ErrorKind::kCorruptFile, msg::kEmptyAdapter, file);
  return ok();
}

}  // namespace ondol
