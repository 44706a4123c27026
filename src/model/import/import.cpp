#include "model/import/import.h"

#include <algorithm>
#include <filesystem>

#include "base/checked_math.h"
#include "format/llama2c.h"
#include "format/safetensors.h"
#include "model/import/bitllama.h"
#include "model/import/huggingface.h"
#include "model/import/huggingface_tokenizer.h"
#include "model/import/import_messages.h"
#include "model/model.h"
#include "model/storage_type.h"

namespace ondol {
namespace {

Result<ImportedModel> open_any(const std::string& path, const std::string& tokenizer_path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    TRY(ImportedModel model, import_huggingface(path));
    if (!tokenizer_path.empty()) {
      const ImportedTensor* embedding = model.find("token_embd.weight");
      const int64_t vocab_size = embedding == nullptr ? 0 : embedding->shape.n_rows();
      TRY(replace_tokenizer(tokenizer_path, vocab_size, model.source.metadata));
    }
    return model;
  }
  TRY(const std::shared_ptr<const FileMap> map, FileMap::open(path));
  const auto bytes = map->bytes();
  if (looks_like_safetensors(bytes)) return fail(ErrorKind::kBadInput, msg::kGiveTheFolder, path);
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), std::min<size_t>(4, bytes.size()));
  if (start == "GGUF") {
    if (!tokenizer_path.empty()) return fail(ErrorKind::kBadInput, msg::kTokenizerUnused, path);
    TRY(Checkpoint checkpoint, open_checkpoint(path));
    return as_stored(std::move(checkpoint));
  }
  if (tokenizer_path.empty()) return fail(ErrorKind::kBadInput, msg::kNeedsTokenizer, path);
  if (looks_like_bitllama(bytes)) return import_bitllama(map, tokenizer_path);
  TRY(Checkpoint checkpoint, import_llama2c(path, tokenizer_path));
  return as_stored(std::move(checkpoint));
}

// Gives the tensor's rows, encoded as `type`, to `sink`, some rows at a time.
Status write_rows(const ImportedTensor& tensor, DType type, ThreadPool& pool, const ByteSink& sink) {
  constexpr int64_t kPieceWeights = 1 << 16, kPiecesPerThread = 4;
  struct Rows {
    std::vector<uint8_t> stored;
    std::vector<float> weights;
  };
  const int64_t n_cols = tensor.shape.n_cols(), n_rows = tensor.shape.n_rows();
  const int64_t piece_rows = std::max<int64_t>(1, kPieceWeights / n_cols);
  const int64_t slab_rows = piece_rows * kPiecesPerThread * pool.n_threads();
  const int64_t row_bytes = type.size_bytes(n_cols);
  std::vector<Rows> scratch(static_cast<size_t>(pool.n_threads()));
  std::vector<uint8_t> slab;
  for (int64_t first = 0; first < n_rows; first += slab_rows) {
    const int64_t n = std::min(slab_rows, n_rows - first);
    slab.resize(static_cast<size_t>(n * row_bytes));
    pool.for_each(divide_up(n, piece_rows), [&](int64_t piece, int thread) {
      const int64_t begin = piece * piece_rows, n_piece = std::min(piece_rows, n - begin);
      uint8_t* out = slab.data() + begin * row_bytes;
      if (type == tensor.dtype) return tensor.read_rows(first + begin, n_piece, out);
      Rows& rows = scratch[static_cast<size_t>(thread)];
      rows.stored.resize(static_cast<size_t>(tensor.dtype.size_bytes(n_piece * n_cols)));
      rows.weights.resize(static_cast<size_t>(n_piece * n_cols));
      tensor.read_rows(first + begin, n_piece, rows.stored.data());
      tensor.dtype.info().decode(rows.stored.data(), rows.weights.data(), n_piece * n_cols);
      type.info().encode(rows.weights.data(), nullptr, out, n_piece * n_cols);
    });
    TRY(sink(slab));
  }
  return ok();
}

}  // namespace

Result<ImportedModel> import_model(const std::string& path, const std::string& tokenizer_path) {
  TRY(ImportedModel model, open_any(path, tokenizer_path));
  TRY(check_model(model.description(), path));
  return model;
}

Status write_model(const std::string& path, const ImportedModel& model, std::optional<DType> type, ThreadPool& pool,
                   WriteOptions options) {
  const bool tied = model.find("output.weight") == nullptr;
  std::vector<TensorToWrite> tensors;
  for (const ImportedTensor& tensor : model.tensors) {
    const bool is_head = tensor.name == (tied ? "token_embd.weight" : "output.weight");
    const DType stored = stays_f32(tensor.name, tensor.shape) ? dtype_of<F32>
                         : type                               ? storage_type(*type, tensor.shape, is_head)
                                                              : tensor.dtype;
    tensors.push_back(
        {tensor.name, stored, tensor.shape, [&tensor, &model, &pool, stored](const ByteSink& sink) -> Status {
           TRY(write_rows(tensor, stored, pool, sink));
           // What has been written is not needed in memory any more.
           for (const auto& map : model.source.maps) {
             for (const auto& bytes : tensor.reads) map->release(bytes);
           }
           return ok();
         }});
    if (!options.layout && tensor.layout == Layout::kRun) tensors.back() = in_run_layout(std::move(tensors.back()));
  }
  Metadata metadata = model.source.metadata;
  // What the file's tensors are in sum; whoever needs it sees it from the tensors.
  metadata.erase("general.file_type");
  options.source = &model.source;
  return write_gguf(path, metadata, tensors, options);
}

}  // namespace ondol
