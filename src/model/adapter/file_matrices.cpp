#include "model/adapter/file_matrices.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/check.h"
#include "model/tensor_shape.h"

namespace ondol {
namespace {

bool is_looked_up(std::string_view name) { return name == "token_embd.weight" || name == "position_embd.weight"; }

std::string module_name(const TensorName& tensor, int layer) {
  std::string name = tensor_name(tensor.huggingface, layer);
  constexpr std::string_view kWeight = ".weight";
  if (name.ends_with(kWeight)) name.resize(name.size() - kWeight.size());
  return name;
}

// Places `from` [n, from_cols] into `to` [.., to_cols] with its first element at (row, col).
void place(const std::vector<float>& from, int64_t from_cols, std::vector<float>& to, int64_t to_cols, int64_t row,
           int64_t col) {
  const int64_t n = std::ssize(from) / from_cols;
  for (int64_t i = 0; i < n; ++i) {
    std::copy_n(from.begin() + i * from_cols, from_cols, to.begin() + (row + i) * to_cols + col);
  }
}

}  // namespace

std::vector<FileMatrix> file_matrices(const Architecture& arch, const Hyperparameters& hp) {
  std::vector<FileMatrix> matrices;
  for (const TensorName& tensor : arch.tensors) {
    if (tensor.plain || is_stacked(tensor) || is_looked_up(tensor.gguf) || !tensor.gguf.ends_with(".weight")) continue;
    const bool per_layer = is_per_layer(tensor);
    for (int layer = 0; layer < (per_layer ? hp.n_layers : 1); ++layer) {
      const Shape shape = tensor_shapes(tensor.shape, hp, layer).front();
      if (shape.n_dims != 2 || shape.n_elements() == 0) continue;
      const bool interleaved = tensor.rope_rows && !arch.huggingface.empty() &&
                               arch.huggingface.front().rotates_halves && rope_of(arch) == Rope::kInterleaved;
      FileMatrix matrix{.gguf = tensor_name(tensor.gguf, layer),
                        .huggingface = module_name(tensor, layer),
                        .layer = per_layer ? layer : -1,
                        .n_rows = shape[0],
                        .n_cols = shape[1],
                        .order = {interleaved ? hp.head_dim : 0},
                        .transposed = tensor.transposed,
                        .parts = {}};
      for (const TensorPart& part : tensor.parts) {
        matrix.parts.push_back({tensor_name(part.gguf, layer), tensor_size(part.n_rows, hp, layer)});
      }
      if (matrix.parts.empty()) matrix.parts.push_back({matrix.gguf, matrix.n_rows});
      matrices.push_back(std::move(matrix));
    }
  }
  return matrices;
}

std::vector<LowRank> split(const FileMatrix& matrix, LowRank whole) {
  std::vector<LowRank> parts;
  int64_t first_row = 0;
  for (const FileMatrix::Part& part : matrix.parts) {
    const auto begin = whole.b.begin() + first_row * whole.rank;
    parts.push_back({.tensor = part.gguf,
                     .rank = whole.rank,
                     .n_rows = part.n_rows,
                     .n_cols = whole.n_cols,
                     .a = whole.a,
                     .b = {begin, begin + part.n_rows * whole.rank},
                     .scale = whole.scale});
    first_row += part.n_rows;
  }
  CHECK(first_row == whole.n_rows);
  return parts;
}

LowRank join(const FileMatrix& matrix, const std::vector<const LowRank*>& parts) {
  const LowRank& first =
      **std::find_if(parts.begin(), parts.end(), [](const LowRank* part) { return part != nullptr; });
  const bool share_a = std::all_of(parts.begin(), parts.end(), [&](const LowRank* part) {
    return part != nullptr && part->scale == first.scale && part->a == first.a;
  });
  LowRank whole{.tensor = matrix.gguf, .n_rows = matrix.n_rows, .n_cols = matrix.n_cols, .scale = first.scale};
  if (share_a) {
    whole.rank = first.rank;
    whole.a = first.a;
    for (const LowRank* part : parts) whole.b.insert(whole.b.end(), part->b.begin(), part->b.end());
    return whole;
  }
  for (const LowRank* part : parts) whole.rank += part == nullptr ? 0 : part->rank;
  whole.a.resize(static_cast<size_t>(whole.rank * whole.n_cols));
  whole.b.resize(static_cast<size_t>(whole.n_rows * whole.rank));
  int64_t row = 0, at = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (const LowRank* part = parts[i]) {
      std::vector<float> b = part->b;
      if (part->scale != first.scale) {
        for (float& value : b) value *= part->scale / first.scale;
      }
      place(part->a, part->n_cols, whole.a, whole.n_cols, at, 0);
      place(b, part->rank, whole.b, whole.rank, row, at);
      at += part->rank;
    }
    row += matrix.parts[i].n_rows;
  }
  return whole;
}

std::vector<FileLowRank> joined(const std::vector<FileMatrix>& matrices, const Adapter& adapter) {
  std::unordered_map<std::string_view, const LowRank*> by_name;
  for (const LowRank& matrix : adapter.matrices) by_name.emplace(matrix.tensor, &matrix);
  std::vector<FileLowRank> found;
  std::unordered_set<const LowRank*> used;
  const auto collect = [&](bool of_huggingface) {
    for (size_t i = 0; i < matrices.size(); ++i) {
      if (matrices[i].huggingface.empty() == of_huggingface) continue;
      std::vector<const LowRank*> parts;
      bool any = false;
      for (const FileMatrix::Part& part : matrices[i].parts) {
        const auto at = by_name.find(part.gguf);
        const bool is_new = at != by_name.end() && used.insert(at->second).second;
        parts.push_back(is_new ? at->second : nullptr);
        any |= is_new;
      }
      if (any) found.push_back({i, join(matrices[i], parts)});
    }
  };
  collect(true);
  collect(false);
  CHECK(used.size() == adapter.matrices.size());
  return found;
}

}  // namespace ondol
