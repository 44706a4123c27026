// Adapters from files: PEFT folders and GGUF adapters.
#pragma once

#include <string>

#include "base/result.h"
#include "format/checkpoint.h"
#include "model/adapter/adapter.h"
#include "model/model.h"

namespace ondol {

// Reads the adapter at `path`, for a model of that family and those sizes.  Everything it holds is used, or it fails:
// with kUnsupported (another family, DoRA, saved modules, embeddings, biases, a base that was changed: named), or with
// kCorruptFile (a half missing, a shape that does not fit, rank 0, a number that is not finite), kBadInput (not an
// adapter), kIo or kOutOfMemory.
Result<Adapter> read_adapter(const std::string& path, const Architecture& arch, const Hyperparameters& hp);
inline Result<Adapter> read_adapter(const std::string& path, const Model& model) {
  return read_adapter(path, *model.arch, model.hp);
}

// The same from an opened GGUF file; `name` stands for it in errors.
Result<Adapter> read_gguf_adapter(std::string_view name, const Checkpoint& file, const Architecture& arch,
                                  const Hyperparameters& hp);
// The same from the two files of a PEFT folder.
Result<Adapter> read_peft_adapter(std::string_view name, std::string_view config, const Checkpoint& tensors,
                                  const Architecture& arch, const Hyperparameters& hp);

}  // namespace ondol
