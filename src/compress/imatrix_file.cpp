#include "compress/imatrix_file.h"

#include <algorithm>
#include <cmath>

#include "compress/compress_messages.h"
#include "format/gguf_writer.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

constexpr std::string_view kSums = ".in_sum2", kCounts = ".counts";
constexpr std::string_view kDatasets = "imatrix.datasets", kChunkCount = "imatrix.chunk_count",
                           kChunkSize = "imatrix.chunk_size", kCalibration = "ondol.calibration";

bool is_f32_matrix(const TensorView& view) { return view.dtype == dtype_of<F32> && view.shape.n_dims >= 1; }

std::vector<float> numbers(const TensorView& view) {
  std::vector<float> values(static_cast<size_t>(view.shape.n_elements()));
  view.dtype.info().decode(view.data, values.data(), view.shape.n_elements());
  return values;
}

// The matrix whose sums and counts are given.
Result<MatrixImportance> read_matrix(const std::string& path, const NamedTensor& sums, const TensorView* counts) {
  const auto bad = [&] { return fail(ErrorKind::kBadInput, msg::kImatrixTensor, path, sums.name); };
  if (counts == nullptr || !is_f32_matrix(sums.view) || !is_f32_matrix(*counts)) return bad();
  const int64_t n_experts = counts->shape.n_elements(), n_sums = sums.view.shape.n_elements();
  if (n_experts < 1 || n_sums < 1 || n_sums % n_experts != 0) return bad();
  MatrixImportance matrix{.n_cols = n_sums / n_experts};
  for (const float x : numbers(sums.view)) {
    if (!std::isfinite(x) || x < 0) return bad();
    matrix.squares.push_back(static_cast<double>(x));
  }
  for (const float n : numbers(*counts)) {
    if (!(n >= 0 && n < 1e15f)) return bad();
    matrix.n_tokens.push_back(std::llround(n));
  }
  return matrix;
}

}  // namespace

Status write_imatrix(const std::string& path, const ImatrixFile& file, const WriteOptions& options) {
  const Importance& importance = file.importance;
  Metadata metadata;
  metadata.set_string("general.type", "imatrix");
  metadata.set_strings(kDatasets, importance.texts);
  metadata.set_u32(kChunkCount, static_cast<uint32_t>(importance.n_chunks));
  metadata.set_u32(kChunkSize, static_cast<uint32_t>(importance.chunk_tokens));
  if (!file.calibration.empty()) metadata.set_string(kCalibration, file.calibration);

  std::vector<std::vector<float>> values;
  values.reserve(2 * importance.matrices.size());
  std::vector<TensorToWrite> tensors;
  for (const auto& [name, matrix] : importance.matrices) {
    const auto& sums = values.emplace_back(matrix.squares.begin(), matrix.squares.end());
    const auto& counts = values.emplace_back(matrix.n_tokens.begin(), matrix.n_tokens.end());
    tensors.push_back(
        encoded_tensor(name + std::string(kSums), sums, Shape{matrix.n_experts(), matrix.n_cols}, dtype_of<F32>));
    tensors.push_back(encoded_tensor(name + std::string(kCounts), counts, Shape{matrix.n_experts(), 1}, dtype_of<F32>));
  }
  return write_gguf(path, metadata, tensors, options);
}

Result<ImatrixFile> read_imatrix(const std::string& path) {
  TRY(const Checkpoint checkpoint, open_checkpoint(path));
  ImatrixFile file;
  Importance& importance = file.importance;
  for (const NamedTensor& tensor : checkpoint.tensors) {
    if (!tensor.name.ends_with(kSums)) continue;
    const std::string name = tensor.name.substr(0, tensor.name.size() - kSums.size());
    TRY(importance.matrices[name], read_matrix(path, tensor, checkpoint.find(name + std::string(kCounts))));
  }
  if (importance.matrices.empty()) return fail(ErrorKind::kBadInput, msg::kNoImatrix, path);
  const Metadata& metadata = checkpoint.metadata;
  if (const auto texts = metadata.get_strings(kDatasets)) importance.texts.assign(texts->begin(), texts->end());
  importance.n_chunks = metadata.get_int(kChunkCount).value_or(0);
  importance.chunk_tokens = metadata.get_int(kChunkSize).value_or(0);
  file.calibration = metadata.get_string(kCalibration).value_or("");
  TRY(checkpoint.check_files());
  return file;
}

Status check_belongs(const std::string& path, const Importance& importance, const Checkpoint& model) {
  bool any = false;
  for (const NamedTensor& tensor : model.tensors) {
    const auto found = importance.matrices.find(tensor.name);
    if (found == importance.matrices.end()) continue;
    const MatrixImportance& matrix = found->second;
    const Shape& shape = tensor.view.shape;
    const int64_t n_matrices = shape.n_dims > 2 ? shape[0] : 1;
    if (matrix.n_cols != shape.n_cols() || matrix.n_experts() != n_matrices) {
      return fail(ErrorKind::kBadInput, msg::kImatrixShape, path, tensor.name, matrix.n_experts(), matrix.n_cols,
                  n_matrices, shape.n_cols());
    }
    any = true;
  }
  if (any) return ok();
  return fail(ErrorKind::kBadInput, msg::kImatrixOfAnother, path);
}

}  // namespace ondol
