#include "model/import/import.h"

#include <algorithm>
#include <filesystem>

#include "format/llama2c.h"
#include "format/safetensors.h"
#include "model/import/bitllama.h"
#include "model/import/encode_rows.h"
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
           TRY(encode_rows(tensor, stored, pool, sink));
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
