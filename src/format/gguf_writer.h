// Writes GGUF v3 files, which llama.cpp and the python package gguf read unless tensors are in run layout, whose type
// numbers are ours (format/gguf_type.h).
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "format/metadata.h"
#include "format/tensor_writer.h"

namespace ondol {

using GgufWriteOptions = WriteOptions;

// Writes `path` with the tensors in the order given, aligned to general.alignment of the metadata, else to 32; with one
// in run layout, to 64 at least.  Fails as write_tensor_file does.
Status write_gguf(const std::string& path, const Metadata& metadata, std::span<const TensorToWrite> tensors,
                  const WriteOptions& options = {});

// The size of the file that write_gguf() would write.
int64_t gguf_size_bytes(const Metadata& metadata, std::span<const TensorToWrite> tensors,
                        std::optional<Layout> layout = {});

}  // namespace ondol
