// The bytes of one GGUF file -> metadata and tensor views.
//
// Files come from strangers: every count is bounded by the bytes left before anything is allocated, every product and
// sum is checked, nothing recurses, and the file is walked once.  Kept apart from gguf.h so that a fuzzer can call it
// without files.  Source: GGUF specification, versions 2 and 3 (ggml, docs/gguf.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "format/checkpoint.h"

namespace ondol {

inline constexpr uint32_t kGgufMagic = 0x46554747;  // "GGUF"
inline constexpr int64_t kGgufDefaultAlignment = 32;

struct GgufFile {
  uint32_t version = 0;
  Metadata metadata;
  std::vector<NamedTensor> tensors;  // views into the bytes given
};

// Fails with kCorruptFile, or kUnsupported for a version, byte order or tensor type this build does not read.
// `name` stands for the file in messages.
Result<GgufFile> parse_gguf(std::string_view name, std::span<const uint8_t> bytes);

}  // namespace ondol
