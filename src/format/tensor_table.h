// What every reader checks of a tensor: shape, type, place in the file; and of all of them together: names, overlaps.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/checkpoint.h"

namespace ondol {

// Longest name of a tensor or metadata key, in bytes (GGUF specification: keys are at most 2^16 - 1 bytes).
inline constexpr int64_t kMaxNameBytes = 65535;

// The elements of a tensor.  Fails with kCorruptFile when a dimension is below 1 or their product overflows.  `file`
// and `tensor` stand for themselves in messages.
Result<int64_t> checked_n_elements(std::string_view file, std::string_view tensor, const Shape& shape);

// The bytes a tensor needs, padding of run layout included.  Fails as checked_n_elements(), when a row is not whole
// blocks, and when a tensor in run layout is no matrix.
Result<int64_t> checked_tensor_bytes(std::string_view file, std::string_view tensor, DType dtype, const Shape& shape,
                                     Layout layout = Layout::kFile);

// Fails with kCorruptFile when [offset, offset + size_bytes) does not lie inside a file of `file_bytes`.
Status check_tensor_place(std::string_view file, std::string_view tensor, int64_t offset, int64_t size_bytes,
                          int64_t file_bytes);

// Fails with kCorruptFile when two tensors have one name.
Status check_unique_names(std::string_view file, std::span<const NamedTensor> tensors);

// Fails with kCorruptFile when two tensors, all views into one file that begins at `base`, share a byte.
Status check_no_overlap(std::string_view file, std::span<const NamedTensor> tensors, const uint8_t* base);

// "F32, F16, …": the types this build reads, for messages.
std::string supported_type_names();

}  // namespace ondol
