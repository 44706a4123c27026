#include "format/tensor_writer.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/checked_math.h"
#include "tensor/run_layout.h"

namespace ondol {
namespace {

constexpr size_t kPieceBytes = 8 << 20;  // progress is seen to this often

int64_t total_bytes_of(std::span<const TensorToWrite> tensors) {
  std::set<std::string_view> names;
  int64_t total = 0;
  for (const TensorToWrite& tensor : tensors) {
    CHECK(names.insert(tensor.name).second);
    CHECK(tensor.shape.n_cols() % tensor.dtype.info().block_weights == 0);
    total += tensor.size_bytes();
  }
  return total;
}

}  // namespace

TensorToWrite stored_tensor(const NamedTensor& tensor) {
  const TensorView view = tensor.view;
  const auto produce = [view](const ByteSink& sink) {
    return sink({view.data, static_cast<size_t>(view.size_bytes())});
  };
  return {tensor.name, view.dtype, view.shape, produce, view.layout};
}

std::vector<TensorToWrite> stored_tensors(const Checkpoint& checkpoint) {
  std::vector<TensorToWrite> tensors;
  tensors.reserve(checkpoint.tensors.size());
  for (const NamedTensor& tensor : checkpoint.tensors) tensors.push_back(stored_tensor(tensor));
  return tensors;
}

TensorToWrite encoded_tensor(std::string name, std::span<const float> values, const Shape& shape, DType type) {
  CHECK(std::ssize(values) == shape.n_elements());
  const auto produce = [values, shape, type](const ByteSink& sink) -> Status {
    const auto n_cols = static_cast<size_t>(shape.n_cols());
    std::vector<uint8_t> row(static_cast<size_t>(type.size_bytes(shape.n_cols())));
    for (size_t at = 0; at < values.size(); at += n_cols) {
      type.info().encode(values.data() + at, nullptr, row.data(), shape.n_cols());
      TRY(sink(row));
    }
    return ok();
  };
  return {std::move(name), type, shape, produce};
}

bool suits_run_layout(const Shape& shape) { return shape.n_dims >= 2 && shape[shape.n_dims - 2] >= kPanelRows; }

TensorToWrite in_run_layout(TensorToWrite tensor) {
  CHECK(tensor.layout == Layout::kFile);
  const int64_t matrix_rows = tensor.shape[tensor.shape.n_dims - 2];
  const auto produce = [from_file = std::move(tensor.produce), dtype = tensor.dtype, n_cols = tensor.shape.n_cols(),
                        matrix_rows](const ByteSink& sink) -> Status {
    const auto row_bytes = static_cast<size_t>(dtype.size_bytes(n_cols));
    std::vector<uint8_t> rows, panel(kPanelRows * row_bytes);
    int64_t row = 0;  // of the matrix; the first one not packed yet
    return from_file([&](std::span<const uint8_t> bytes) -> Status {
      while (!bytes.empty()) {
        const int64_t n_rows = std::min<int64_t>(kPanelRows, matrix_rows - row);
        const size_t wanted = static_cast<size_t>(n_rows) * row_bytes;
        const auto piece = bytes.first(std::min(bytes.size(), wanted - rows.size()));
        rows.insert(rows.end(), piece.begin(), piece.end());
        bytes = bytes.subspan(piece.size());
        if (rows.size() < wanted) break;
        to_run_layout({rows.data(), dtype, {n_rows, n_cols}}, 0, 1, panel.data());
        TRY(sink(panel));
        rows.clear();
        row = row + n_rows < matrix_rows ? row + n_rows : 0;
      }
      return ok();
    });
  };
  tensor.produce = produce;
  tensor.layout = Layout::kRun;
  return tensor;
}

Status write_tensor_file(const std::string& path, std::span<const uint8_t> header,
                         std::span<const TensorToWrite> tensors, int64_t alignment, const WriteOptions& options) {
  const int64_t total_bytes = total_bytes_of(tensors);
  std::vector<std::string> inputs = options.inputs;
  if (options.source) {
    for (const auto& map : options.source->maps) inputs.push_back(map->path());
  }

  TRY(AtomicFile file, AtomicFile::create(path, options.force, inputs));
  TRY(file.write(header));
  int64_t done_bytes = 0;
  const ByteSink sink = [&](std::span<const uint8_t> bytes) -> Status {
    while (!bytes.empty()) {
      const auto piece = bytes.first(std::min(bytes.size(), kPieceBytes));
      TRY(file.write(piece));
      bytes = bytes.subspan(piece.size());
      done_bytes += static_cast<int64_t>(piece.size());
      if (options.progress) options.progress->update(done_bytes, total_bytes);
    }
    return ok();
  };
  for (const TensorToWrite& tensor : tensors) {
    const int64_t start = file.size_bytes();
    TRY(tensor.produce(sink));
    const int64_t end = file.size_bytes();
    CHECK(end - start == tensor.size_bytes());
    TRY(file.write(std::vector<uint8_t>(static_cast<size_t>(round_up(end, alignment) - end))));
  }
  if (options.source) TRY(options.source->check_files());
  if (options.check) TRY(options.check(file.partial_path()));
  return file.commit();
}

}  // namespace ondol
