// Any model -> what a GGUF file of it will hold, and the writing, with conversion where asked for.
#pragma once

#include <optional>
#include <string>

#include "base/thread_pool.h"
#include "format/gguf_writer.h"
#include "model/import/imported_model.h"

namespace ondol {

// Opens what `path` is: a GGUF file, a Hugging Face folder, whose tokenizer `tokenizer_path` replaces where it is given,
// or, when it is given, a llama2.c or bitllama2.c checkpoint with its tokenizer.  The result has passed check_model().
// Fails with kBadInput when it is none of these or the tokenizer has no use, else as the format's reader does.
Result<ImportedModel> import_model(const std::string& path, const std::string& tokenizer_path);

// Writes `model` as GGUF.  With `type` every tensor is stored as storage_type() says; rows are decoded and encoded
// again over the pool's threads, a few at a time.  Without, matrices stay as they are.  Vectors become f32 either way,
// as llama.cpp wants them.  options.layout counts for all matrices; without, each keeps the source's.  Fails as
// write_gguf does.
Status write_model(const std::string& path, const ImportedModel& model, std::optional<DType> type, ThreadPool& pool,
                   WriteOptions options = {});

}  // namespace ondol
