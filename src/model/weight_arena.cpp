#include "model/weight_arena.h"

#include <algorithm>

#include "base/checked_math.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

constexpr int64_t kAlignment = 64;

// [n_rows, n_cols], or several of these.
TensorView one_matrix(const TensorView& view, int64_t number) {
  if (view.shape.n_dims < 3) return view;
  const Shape shape{view.shape[view.shape.n_dims - 2], view.shape.n_cols()};
  return {view.data + number * view.dtype.size_bytes(shape.n_elements()), view.dtype, shape};
}

int64_t n_matrices(const Shape& shape) { return shape.n_dims < 3 ? 1 : shape.n_rows() / shape[shape.n_dims - 2]; }

int64_t one_matrix_bytes(const TensorView& view) {
  const Shape shape = one_matrix(view, 0).shape;
  return run_layout_bytes(view.dtype, shape.n_rows(), shape.n_cols());
}

void copy_matrix(const TensorView& source, ThreadPool& pool, uint8_t* out) {
  constexpr int64_t kPanelsPerPiece = 8;
  const int64_t n_panels = divide_up(source.shape.n_rows(), kPanelRows);
  pool.for_each(divide_up(n_panels, kPanelsPerPiece), [&](int64_t piece, int) {
    const int64_t first = piece * kPanelsPerPiece;
    to_run_layout(source, first, std::min(n_panels, first + kPanelsPerPiece), out);
  });
}

}  // namespace

bool WeightArena::place(const std::string& name, const TensorView& source, bool plain) {
  if (!placed_.try_emplace(name, Placed{source, plain, size_bytes_}).second) return false;
  const Shape& shape = source.shape;
  const int64_t size_bytes =
      plain ? shape.n_elements() * static_cast<int64_t>(sizeof(float)) : n_matrices(shape) * one_matrix_bytes(source);
  if (!plain) matrix_bytes_ += size_bytes;
  size_bytes_ += round_up(size_bytes, kAlignment);
  return true;
}

Result<Buffer> WeightArena::copy(const Checkpoint& checkpoint, ThreadPool& pool) {
  TRY(Buffer buffer, Buffer::allocate(msg::kModelWeights.text(), size_bytes_));
  data_ = buffer.data();
  for (const auto& [name, tensor] : placed_) {
    uint8_t* out = buffer.data() + tensor.offset;
    const TensorView& source = tensor.source;
    if (tensor.plain) source.dtype.info().decode(source.data, reinterpret_cast<float*>(out), source.shape.n_elements());
    for (int64_t i = 0; !tensor.plain && i < n_matrices(source.shape); ++i) {
      copy_matrix(one_matrix(source, i), pool, out + i * one_matrix_bytes(source));
    }
    // What has been copied is not needed twice in memory.
    for (const auto& map : checkpoint.maps) { map->release({source.data, static_cast<size_t>(source.size_bytes())}); }
  }
  TRY(checkpoint.check_files());
  return buffer;
}

const WeightArena::Placed* WeightArena::find(const std::string& name) const {
  const auto found = placed_.find(name);
  return found == placed_.end() ? nullptr : &found->second;
}

WeightView WeightArena::matrix(const std::string& name) const {
  const Placed* placed = find(name);
  if (placed == nullptr) return {};
  const TensorView first = one_matrix(placed->source, 0);
  return {data_ + placed->offset, first.dtype, first.shape.n_rows(), first.shape.n_cols()};
}

const float* WeightArena::vector(const std::string& name) const {
  const Placed* placed = find(name);
  return placed == nullptr ? nullptr : reinterpret_cast<const float*>(data_ + placed->offset);
}

int64_t WeightArena::n_elements(const std::string& name) const {
  const Placed* placed = find(name);
  return placed == nullptr ? 0 : placed->source.shape.n_elements();
}

}  // namespace ondol
