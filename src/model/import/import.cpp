#include "model/import/import.h"

#include <algorithm>
#include <filesystem>

#include "base/checked_math.h"
#include "format/llama2c.h"
#include "format/safetensors.h"
#include "model/import/huggingface.h"
#include "model/import/huggingface_tokenizer.h"
#include "model/import/import_messages.h"
#include "model/model.h"
#include "model/storage_type.h"

namespace ondol {
namespace {

Result<Checkpoint> open_any(const std::string& path, const std::string& tokenizer_path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    TRY(Checkpoint checkpoint, import_huggingface(path));
    if (!tokenizer_path.empty()) {
      const TensorView* embedding = checkpoint.find("token_embd.weight");
      TRY(replace_tokenizer(tokenizer_path, embedding == nullptr ? 0 : embedding->shape.n_rows(), checkpoint.metadata));
    }
    return checkpoint;
  }
  TRY(const std::shared_ptr<const FileMap> map, FileMap::open(path));
  const auto bytes = map->bytes();
  if (looks_like_safetensors(bytes)) return fail(ErrorKind::kBadInput, msg::kGiveTheFolder, path);
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), std::min<size_t>(4, bytes.size()));
  if (start == "GGUF") {
    if (!tokenizer_path.empty()) return fail(ErrorKind::kBadInput, msg::kTokenizerUnused, path);
    return open_checkpoint(path);
  }
  if (tokenizer_path.empty()) return fail(ErrorKind::kBadInput, msg::kNeedsTokenizer, path);
  return import_llama2c(path, tokenizer_path);
}

// Gives `view`'s rows, encoded as `type`, to `sink`, some rows at a time.
Status convert(const TensorView& view, DType type, ThreadPool& pool, const ByteSink& sink) {
  constexpr int64_t kPieceWeights = 1 << 16, kPiecesPerThread = 16;
  const int64_t n_cols = view.shape.n_cols(), n_rows = view.shape.n_rows();
  const int64_t piece_rows = std::max<int64_t>(1, kPieceWeights / n_cols);
  const int64_t slab_rows = piece_rows * kPiecesPerThread * pool.n_threads();
  const int64_t row_bytes = type.size_bytes(n_cols);
  std::vector<std::vector<float>> floats(static_cast<size_t>(pool.n_threads()));
  std::vector<uint8_t> encoded;
  for (int64_t first = 0; first < n_rows; first += slab_rows) {
    const int64_t n = std::min(slab_rows, n_rows - first);
    encoded.resize(static_cast<size_t>(n * row_bytes));
    pool.for_each(divide_up(n, piece_rows), [&](int64_t piece, int thread) {
      const int64_t begin = piece * piece_rows, n_weights = std::min(piece_rows, n - begin) * n_cols;
      auto& weights = floats[static_cast<size_t>(thread)];
      weights.resize(static_cast<size_t>(n_weights));
      view.dtype.info().decode(view.row(first + begin), weights.data(), n_weights);
      type.info().encode(weights.data(), nullptr, encoded.data() + begin * row_bytes, n_weights);
    });
    TRY(sink(encoded));
  }
  return ok();
}

}  // namespace

Result<Checkpoint> import_model(const std::string& path, const std::string& tokenizer_path) {
  TRY(Checkpoint checkpoint, open_any(path, tokenizer_path));
  TRY(check_model(checkpoint, path));
  return checkpoint;
}

Status write_model(const std::string& path, const Checkpoint& checkpoint, std::optional<DType> type, ThreadPool& pool,
                   WriteOptions options) {
  const bool tied = checkpoint.find("output.weight") == nullptr;
  std::vector<TensorToWrite> tensors;
  for (const NamedTensor& tensor : checkpoint.tensors) {
    const bool is_head = tensor.name == (tied ? "token_embd.weight" : "output.weight");
    const Shape& shape = tensor.view.shape;
    const DType stored = shape.n_dims < 2 ? dtype_of<F32>
                         : type           ? storage_type(*type, shape, is_head)
                                          : tensor.view.dtype;
    if (stored == tensor.view.dtype) {
      tensors.push_back(stored_tensor(tensor));
    } else {
      tensors.push_back({tensor.name, stored, shape, [&view = tensor.view, stored, &pool](const ByteSink& sink) {
                           return convert(view, stored, pool, sink);
                         }});
    }
  }
  Metadata metadata = checkpoint.metadata;
  // What the file's tensors are in sum; whoever needs it sees it from the tensors.
  metadata.erase("general.file_type");
  options.source = &checkpoint;
  return write_gguf(path, metadata, tensors, options);
}

}  // namespace ondol
