// Fills a table from a vector type.  Included by isa/*.cpp only.
#pragma once

#include "kernel/generic/attention.h"
#include "kernel/generic/coarsen.h"
#include "kernel/generic/elementwise.h"
#include "kernel/generic/float_product.h"
#include "kernel/generic/gemm.h"
#include "kernel/generic/probe.h"
#include "kernel/generic/rotate.h"
#include "kernel/generic/store_kv.h"
#include "kernel/generic/stream.h"

namespace ondol {

// Up to how many tokens stream() is the faster product.  Measured on Zen 4, one thread, shares of the int8 peak of
// stream() and gemm(), 8, 12 and 16 tokens: Q4_0 61/39, 64/48, 64/52 %; Q6_K 43/33, 44/39, 43/45; OT4 46/38, 48/47,
// 50/53; IQ3_S 28/34, 28/42, 28/48.
template <class V, class Type>
inline constexpr int kStreamTokens = MultipliesSteps<V, V::kTileTokens, Type::kMaxByte> ? V::kTileTokens : 12;

// One tensor type's product.
template <class V, class Type>
void product(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, Rows rows, uint8_t* scratch) {
  if constexpr (Type::kIsFloat) float_product<V, Type>(w, x, y, y_stride, rows, scratch);
  else if (x.n_tokens <= kStreamTokens<V, Type>) stream<V, Type>(w, activations_for<Type>(x), y, y_stride, rows);
  else gemm<V, Type>(w, activations_for<Type>(x), y, y_stride, rows, scratch);
}

using ProductFunction = void (*)(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, Rows rows,
                                 uint8_t* scratch);

template <class V, class List>
struct Products;
template <class V, class... Types>
struct Products<V, QuantList<Types...>> {
  static constexpr ProductFunction kTable[] = {product<V, Types>...};
};

// One strip unpacked to bytes with two scales and two minima a group, or what the float product keeps of it.
template <class V>
int64_t product_scratch_bytes(int64_t n_cols) {
  constexpr int64_t kVectorBytes = 4 * V::kWidth * V::kTileVectors;
  const int64_t int8 = (n_cols + kGroup - 1) / kGroup * (8 + 2 + 2) * kVectorBytes;
  const int64_t floats = float_scratch_bytes<V>(n_cols);
  return int8 > floats ? int8 : floats;
}

using CoarsenFunction = void (*)(const WeightView& w, int64_t panel, uint8_t* copy, float* length, float* error);

template <class V, class Type>
constexpr CoarsenFunction coarsen_function() {
  if constexpr (8 * sizeof(typename Type::Block) > 6 * Type::kBlockWeights) return coarsen<V, Type>;
  else return nullptr;
}

template <class V, class List>
struct Coarsens;
template <class V, class... Types>
struct Coarsens<V, QuantList<Types...>> {
  static constexpr CoarsenFunction kTable[] = {coarsen_function<V, Types>()...};
};

template <class V>
constexpr auto bf16_probe() -> int64_t (*)(int64_t) {
  if constexpr (requires { &V::dot_bf16; }) return probe_bf16<V>;
  else return nullptr;
}

template <class V>
constexpr Kernels make_kernels(const char* isa, bool (*runs_here)()) {
  static_assert(KernelVector<V>);
  return {
      .isa = isa,
      .runs_here = runs_here,
      .quantize = quantize<V>,
      .token_tile = V::kTileTokens,
      .product = Products<V, AllQuants>::kTable,
      .product_scratch_bytes = product_scratch_bytes<V>,
      .attend = attend<V>,
      .store_kv = store_kv<V>,
      .rotate = rotate<V>,
      .rms_norm = rms_norm<V>,
      .layer_norm = layer_norm<V>,
      .rope = rope<V>,
      .activate = activate<V>,
      .gate = gate<V>,
      .clamped_gate = clamped_gate<V>,
      .add = add<V>,
      .scale = scale<V>,
      .soft_cap = soft_cap<V>,
      .probe_int8 = probe_int8<V>,
      .probe_matrix_int8 = nullptr,
      .probe_bf16 = bf16_probe<V>(),
      .probe_f32 = probe_f32<V>,
      .probe_read = probe_read<V>,
      .coarsen = Coarsens<V, AllQuants>::kTable,
      .bound_panels = bound_panels<V>,
  };
}

}  // namespace ondol
