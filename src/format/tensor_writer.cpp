#include "format/tensor_writer.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/checked_math.h"

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
  return {tensor.name, view.dtype, view.shape, [view](const ByteSink& sink) {
            return sink({view.data, static_cast<size_t>(view.size_bytes())});
          }};
}

std::vector<TensorToWrite> stored_tensors(const Checkpoint& checkpoint) {
  std::vector<TensorToWrite> tensors;
  tensors.reserve(checkpoint.tensors.size());
  for (const NamedTensor& tensor : checkpoint.tensors) tensors.push_back(stored_tensor(tensor));
  return tensors;
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
  return file.commit();
}

}  // namespace ondol
