// The NEON table: what every 64-bit ARM has (ARMv8.0: Cortex-A53, A72); int8 products by SMULL and SADALP.
#include "kernel/generic/make_kernels.h"
#include "kernel/isa/neon.h"
#include "kernel/isa/tables.h"

namespace ondol {

struct Neon : NeonBody<Neon> {
  static constexpr int kMaxByte = 127;  // both operands are signed
  static Ints dot(Ints acc, Bytes weights, Bytes activations) {
    const int8x16_t w = vreinterpretq_s8_u8(weights), a = vreinterpretq_s8_u8(activations);
    // two products of neighbours in 16 bits: 2 * 128 * 127 still fits
    const int16x8_t pairs = vpaddq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(a)), vmull_high_s8(w, a));
    return vpadalq_s16(acc, pairs);
  }
  static Ints dot_signed(Ints acc, Bytes weights, Bytes activations) { return dot(acc, weights, activations); }
};

constinit const Kernels kNeonKernels = make_kernels<Neon>("neon", runs_neon);

}  // namespace ondol
