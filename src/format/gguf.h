// GGUF files: opened by path, all parts of a split model at once.
//
// A split model is NAME-00001-of-00003.gguf and so on; each part is a GGUF file with its own tensors, the first one has
// the metadata.  Source: GGUF specification, file naming; llama.cpp, tools/gguf-split.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "format/checkpoint.h"

namespace ondol {

// Opens a GGUF file, or the whole split model when `path` is any of its parts.  The checkpoint keeps the maps; the
// metadata is the first part's without the split.* keys.  Fails as parse_gguf does, and names a part that is missing.
Result<Checkpoint> open_gguf(const std::string& path);

// The same for a file that is mapped already.
Result<Checkpoint> open_gguf(std::shared_ptr<const FileMap> map);

// The files that a model at `path` is read from, as far as its name tells: every part of a split model, or `path` alone.
std::vector<std::string> gguf_part_paths(const std::string& path);

}  // namespace ondol
