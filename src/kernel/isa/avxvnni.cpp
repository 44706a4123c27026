// The AVX-VNNI table: the AVX2 table with int8 products in one instruction (Alder Lake and later, Zen 5).
#include "kernel/generic/make_kernels.h"
#include "kernel/isa/avx2.h"
#include "kernel/isa/tables.h"

namespace ondol {

struct Avxvnni : Avx2Body<Avxvnni> {
  static constexpr int kMaxByte = 255;
  static Ints dot(Ints acc, Bytes weights, Bytes activations) {
    return _mm256_dpbusd_avx_epi32(acc, weights, activations);
  }
};

constinit const Kernels kAvxvnniKernels = make_kernels<Avxvnni>("avxvnni", runs_avxvnni);

}  // namespace ondol
