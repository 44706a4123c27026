// The AVX-512 table: 16 floats a vector, int8 products by VNNI (Ice Lake, Zen 4 and later), bf16 by AVX512_BF16.  And
// the AMX table: the same but for int8 products of many tokens (Sapphire Rapids and later).
#include "kernel/isa/avx512.h"
#include "kernel/generic/make_kernels.h"
#include "kernel/isa/amx_tile.h"
#include "kernel/isa/tables.h"

namespace ondol {

constinit const Kernels kAvx512Kernels = make_kernels<Avx512>("avx512", runs_avx512);

namespace {

template <class V>
constexpr bool is_few(int64_t n_tokens) {
  return n_tokens <= V::kTileTokens;
}

template <class V>
void quantize_for_matrix(const float* x, const Q8Activations& out, int64_t first_token, int64_t last_token) {
  if (is_few<V>(out.n_tokens)) quantize<V>(x, out, first_token, last_token);
  else quantize_rows<V>(x, out, first_token, last_token);
}

template <class V, class Type>
void matrix_product(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, Rows rows,
                    uint8_t* scratch) {
  if constexpr (Type::kIsFloat) return product<V, Type>(w, x, y, y_stride, rows, scratch);
  else if (is_few<V>(x.n_tokens)) stream<V, Type>(w, activations_for<Type>(x), y, y_stride, rows);
  else matrix_gemm<V, Type>(w, activations_for<Type>(x), y, y_stride, rows, scratch);
}

template <class V, class List>
struct MatrixProducts;
template <class V, class... Types>
struct MatrixProducts<V, QuantList<Types...>> {
  static constexpr ProductFunction kTable[] = {matrix_product<V, Types>...};
};

}  // namespace

constinit const Kernels kAmxKernels = [] {
  Kernels kernels = make_kernels<Avx512>("amx", runs_amx);
  kernels.quantize = quantize_for_matrix<Avx512>;
  kernels.token_tile = kMatrixTokens;
  kernels.product = MatrixProducts<Avx512, AllQuants>::kTable;
  kernels.probe_matrix_int8 = probe_matrix_int8<Avx512>;
  return kernels;
}();

}  // namespace ondol
