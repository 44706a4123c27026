// safetensors files: one file, or the shards of a Hugging Face folder; F32, F16 and BF16, and integers as bytes for
// whoever knows what they are (older encoders list their positions 0, 1, 2 … as I64).
//
//   | n: u64 | header: n bytes of JSON, {"NAME": {"dtype": "F32", "shape": […], "data_offsets": [begin, end]}, …} |
//   data |
// Offsets count from the start of the data and must cover it exactly.
// Source: safetensors README, "Format", and the audit by Trail of Bits (2023): a header of at most 100 MB, no duplicate
// keys, no holes, no overlaps.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "format/checkpoint.h"
#include "format/tensor_writer.h"

namespace ondol {

// True when `bytes` begin as a safetensors file does, whole or not.
bool looks_like_safetensors(std::span<const uint8_t> bytes);

// Opens one mapped file.  Entries of "__metadata__" become string metadata.  Fails with kCorruptFile, or kUnsupported
// naming a dtype this build does not read.
Result<Checkpoint> open_safetensors(std::shared_ptr<const FileMap> map);

// Opens `folder`/model.safetensors or, where there is none, the shards model.safetensors.index.json lists.
Result<Checkpoint> open_safetensors_folder(const std::string& folder);

// Metadata and tensors of the bytes of one file.  Tensors that lie unaligned for their type are copied into a buffer;
// the others are views.  `name` stands for the file in messages.
Result<Checkpoint> parse_safetensors(std::string_view name, std::span<const uint8_t> bytes);

// Writes `path`: tensors in the order given, the string entries of `metadata` as "__metadata__".  Fails with
// kUnsupported when a tensor is not F32, F16 or BF16, else as write_tensor_file does.
Status write_safetensors(const std::string& path, const Metadata& metadata, std::span<const TensorToWrite> tensors,
                         const WriteOptions& options = {});

}  // namespace ondol
