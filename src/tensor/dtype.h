// DType: one tensor type of the GGUF specification, an index into the list generated from tensor/quant/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "tensor/quant_list.h"

namespace ondol {

// What callers need to know of a type without being compiled for it.  One per file in tensor/quant/.
struct TypeInfo {
  const char* name;   // "Q4_K", as GGUF tools print it
  uint32_t gguf_id;   // number in the file
  int block_weights;  // weights per block; rows are whole blocks
  int block_bytes;
  bool is_float;               // F32, F16, BF16: multiplied as floats, not through quantised activations
  int activation_scale_every;  // columns for each scale of the quantised activations: 32 or 256; 0 for floats
  // n_weights is a multiple of block_weights.  encode seeks the least sum of importance * (weight - decoded)^2;
  // importance [n_weights] may be null, and counts as null for a block where it is nowhere positive.  Quantised types
  // take a weight that is not finite as zero; a weight too large for their scale is cut to the largest they can hold.
  void (*encode)(const float* weights, const float* importance, void* blocks, int64_t n_weights);
  void (*decode)(const void* blocks, float* weights, int64_t n_weights);
  // Between the two layouts (tensor/run_layout.h), one block column of kPanelRows rows.
  void (*pack)(const void* const* rows, uint8_t* panel_block);
  void (*unpack_row)(const uint8_t* panel_block, int row, void* block);
};

class DType {
 public:
  constexpr DType() = default;  // the first type of the list; assign before use
  constexpr explicit DType(int index) : index_(static_cast<uint8_t>(index)) {}

  int index() const { return index_; }
  const TypeInfo& info() const;
  const char* name() const { return info().name; }

  // Bytes of n_weights weights; n_weights is a multiple of block_weights.
  int64_t size_bytes(int64_t n_weights) const { return n_weights / info().block_weights * info().block_bytes; }

  bool operator==(const DType&) const = default;

 private:
  uint8_t index_ = 0;
};

// All types this build knows, in DType::index() order.
std::span<const TypeInfo> all_types();
std::optional<DType> find_type_by_gguf_id(uint32_t gguf_id);
std::optional<DType> find_type(std::string_view name);  // case-insensitive

namespace internal {
template <class T, class... Ts>
constexpr int index_in(QuantList<Ts...>) {
  int index = 0, found = -1;
  ((std::is_same_v<T, Ts> ? found = index++ : index++), ...);
  return found;
}
}  // namespace internal

// The DType of a struct of tensor/quant/: dtype_of<Q4_0>.
template <class T>
inline constexpr DType dtype_of{internal::index_in<T>(AllQuants{})};

}  // namespace ondol
