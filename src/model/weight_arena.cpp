#include "model/weight_arena.h"

#include <algorithm>

#include "base/checked_math.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

// The size of one of a tensor's matrices.
Shape matrix_shape(const Shape& shape) {
  if (shape.n_dims < 3) return shape;
  return {shape[shape.n_dims - 2], shape.n_cols()};
}

int64_t n_matrices(const Shape& shape) { return shape.n_rows() / matrix_shape(shape).n_rows(); }

int64_t copied_bytes(const TensorRows& rows) {
  const Shape one = matrix_shape(rows.shape);
  return n_matrices(rows.shape) * run_layout_bytes(rows.source.dtype, one.n_rows(), one.n_cols());
}

// Rows [first, first + n) of the tensor in file layout: where they lie, or copied into `scratch`.
TensorView rows_in_file_layout(const TensorRows& rows, int64_t first, int64_t n, std::vector<uint8_t>& scratch) {
  const TensorView& source = rows.source;
  const Shape shape{n, source.shape.n_cols()};
  if (source.layout == Layout::kFile) return {source.row(rows.first_row + first), source.dtype, shape};
  scratch.resize(static_cast<size_t>(n * source.row_bytes()));
  read_rows(source, rows.first_row + first, n, scratch.data());
  return {scratch.data(), source.dtype, shape};
}

constexpr int64_t kCopyBandBytes = 4 << 20;  // of a file that are in memory beside their copy

// Takes what has been copied out of the process's memory: it is not needed twice.
void release(const Checkpoint& checkpoint, const uint8_t* data, int64_t size_bytes) {
  for (const auto& map : checkpoint.maps) map->release({data, static_cast<size_t>(size_bytes)});
}

void copy_matrices(const TensorRows& rows, const Checkpoint& checkpoint, ThreadPool& pool, uint8_t* out) {
  constexpr int64_t kPieceRows = 8 * kPanelRows;
  const Shape one = matrix_shape(rows.shape);
  const DType dtype = rows.source.dtype;
  const int64_t n_rows = one.n_rows(), n_pieces = divide_up(n_rows, kPieceRows);
  const auto first_row = [&](int64_t piece) { return piece / n_pieces * n_rows + piece % n_pieces * kPieceRows; };
  const int64_t n_all = n_matrices(rows.shape) * n_pieces;
  const int64_t band = std::max<int64_t>(1, kCopyBandBytes / (kPieceRows * rows.source.row_bytes()));
  for (int64_t begin = 0; begin < n_all; begin += band) {
    const int64_t end = std::min(n_all, begin + band);
    pool.for_each(end - begin, [&](int64_t i, int) {
      const int64_t matrix = (begin + i) / n_pieces, first = (begin + i) % n_pieces * kPieceRows;
      const int64_t n = std::min(kPieceRows, n_rows - first);
      std::vector<uint8_t> scratch;
      const TensorView view = rows_in_file_layout(rows, matrix * n_rows + first, n, scratch);
      uint8_t* panels = out + matrix * run_layout_bytes(dtype, n_rows, one.n_cols()) +
                        first / kPanelRows * panel_bytes(dtype, one.n_cols());
      to_run_layout(view, 0, divide_up(n, kPanelRows), panels);
    });
    const int64_t row = rows.first_row + first_row(begin);
    const int64_t last_row = rows.first_row + (end == n_all ? rows.shape.n_rows() : first_row(end));
    release(checkpoint, rows.source.data + row * rows.source.row_bytes(), (last_row - row) * rows.source.row_bytes());
  }
}

void copy_numbers(const TensorRows& rows, float* out) {
  const TypeInfo& type = rows.source.dtype.info();
  std::vector<uint8_t> scratch;
  for (int64_t row = 0; row < rows.shape.n_rows(); ++row, out += rows.shape.n_cols()) {
    type.decode(rows_in_file_layout(rows, row, 1, scratch).data, out, rows.shape.n_cols());
  }
}

}  // namespace

// A part that does not begin with a panel has no panels of its own in run layout.
bool WeightArena::can_stay(const TensorRows& rows) const {
  return rows.source.layout == Layout::kRun ? rows.first_row % kPanelRows == 0 : low_memory_;
}

bool WeightArena::place(const std::string& name, const TensorRows& rows, bool plain) {
  const bool stays = !plain && can_stay(rows);
  if (!placed_.try_emplace(name, Placed{rows, plain, stays, size_bytes_}).second) return false;
  if (plain) {
    size_bytes_ += round_up(rows.shape.n_elements() * static_cast<int64_t>(sizeof(float)), kRunAlignment);
    return true;
  }
  const bool packed = !stays || rows.source.layout == Layout::kRun;
  const int64_t bytes = packed ? copied_bytes(rows) : rows.source.dtype.size_bytes(rows.shape.n_elements());
  matrix_bytes_ += bytes;
  if (stays) mapped_bytes_ += bytes;
  else size_bytes_ += round_up(bytes, kRunAlignment);
  if (!packed) longest_file_row_bytes_ = std::max(longest_file_row_bytes_, rows.source.row_bytes());
  return true;
}

Result<Buffer> WeightArena::copy(const Checkpoint& checkpoint, ThreadPool& pool) {
  TRY(Buffer buffer, Buffer::allocate(msg::kModelWeights.text(), size_bytes_));
  data_ = buffer.data();
  for (const auto& [name, tensor] : placed_) {
    if (tensor.stays) continue;
    uint8_t* out = buffer.data() + tensor.offset;
    const TensorView& source = tensor.rows.source;
    if (tensor.plain) copy_numbers(tensor.rows, reinterpret_cast<float*>(out));
    else copy_matrices(tensor.rows, checkpoint, pool, out);
    release(checkpoint, source.data, source.size_bytes());
  }
  TRY(checkpoint.check_files());
  return buffer;
}

Result<Buffer> WeightArena::outline() {
  TRY(Buffer buffer, Buffer::reserve(msg::kModelWeights.text(), size_bytes_));
  data_ = buffer.data();
  return buffer;
}

const WeightArena::Placed* WeightArena::find(const std::string& name) const {
  const auto found = placed_.find(name);
  return found == placed_.end() ? nullptr : &found->second;
}

// A panel takes what its rows take, so a part's first panel lies where its first row would.
const uint8_t* WeightArena::place_of(const Placed& placed) const {
  return placed.stays ? placed.rows.source.row(placed.rows.first_row) : data_ + placed.offset;
}

WeightView WeightArena::matrix(const std::string& name) const {
  const Placed* placed = find(name);
  if (placed == nullptr) return {};
  const TensorView& source = placed->rows.source;
  const Shape one = matrix_shape(placed->rows.shape);
  return {place_of(*placed), source.dtype, one.n_rows(), one.n_cols(), placed->stays ? source.layout : Layout::kRun};
}

const float* WeightArena::vector(const std::string& name) const {
  const Placed* placed = find(name);
  return placed == nullptr ? nullptr : reinterpret_cast<const float*>(data_ + placed->offset);
}

std::unordered_map<const void*, std::string> WeightArena::names() const {
  std::unordered_map<const void*, std::string> names;
  for (const auto& [name, placed] : placed_) names.emplace(place_of(placed), name);
  return names;
}

int64_t WeightArena::n_elements(const std::string& name) const {
  const Placed* placed = find(name);
  return placed == nullptr ? 0 : placed->rows.shape.n_elements();
}

}  // namespace ondol
