#include "tensor/dtype.h"

#include <strings.h>

#include <string>

namespace ondol {
namespace {

template <class T>
void encode_row(const float* weights, const float* importance, void* blocks, int64_t n_weights) {
  auto* out = static_cast<typename T::Block*>(blocks);
  for (int64_t i = 0; i < n_weights; i += T::kBlockWeights) {
    T::encode(weights + i, importance ? importance + i : nullptr, *out++);
  }
}

template <class T>
void decode_row(const void* blocks, float* weights, int64_t n_weights) {
  auto* in = static_cast<const typename T::Block*>(blocks);
  for (int64_t i = 0; i < n_weights; i += T::kBlockWeights) T::decode(*in++, weights + i);
}

template <class T>
void pack_column(const void* const* rows, uint8_t* panel_block) {
  T::pack(reinterpret_cast<const typename T::Block* const*>(rows), panel_block);
}

template <class T>
void unpack_row(const uint8_t* panel_block, int row, void* block) {
  T::unpack_row(panel_block, row, *static_cast<typename T::Block*>(block));
}

template <class T>
constexpr int activation_scale_every() {
  if constexpr (T::kIsFloat) return 0;
  else return T::kActivationScaleEvery;
}

template <class T>
constexpr TypeInfo type_info() {
  return {T::kName,         T::kGgufId,
          T::kBlockWeights, static_cast<int>(sizeof(typename T::Block)),
          T::kIsFloat,      activation_scale_every<T>(),
          encode_row<T>,    decode_row<T>,
          pack_column<T>,   unpack_row<T>};
}

template <class... Ts>
std::span<const TypeInfo> list(QuantList<Ts...>) {
  static constexpr TypeInfo kTypes[] = {type_info<Ts>()...};
  return kTypes;
}

}  // namespace

std::span<const TypeInfo> all_types() { return list(AllQuants{}); }

const TypeInfo& DType::info() const { return all_types()[index_]; }

std::optional<DType> find_type_by_gguf_id(uint32_t gguf_id) {
  for (int i = 0; const TypeInfo& type : all_types()) {
    if (type.gguf_id == gguf_id) return DType(i);
    ++i;
  }
  return std::nullopt;
}

std::optional<DType> find_type(std::string_view name) {
  for (int i = 0; const TypeInfo& type : all_types()) {
    if (strcasecmp(std::string(name).c_str(), type.name) == 0) return DType(i);
    ++i;
  }
  return std::nullopt;
}

}  // namespace ondol
