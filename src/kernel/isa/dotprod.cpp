// The dot-product table: NEON with SDOT (ARMv8.2-A with dotprod: Cortex-A55 and A76, Neoverse N1, Apple M1).
#include "kernel/generic/make_kernels.h"
#include "kernel/isa/neon.h"
#include "kernel/isa/tables.h"

namespace ondol {

struct Dotprod : NeonBody<Dotprod> {
  static constexpr int kMaxByte = 127;  // both operands of SDOT are signed
  static Ints dot(Ints acc, Bytes weights, Bytes activations) {
    return vdotq_s32(acc, vreinterpretq_s8_u8(weights), vreinterpretq_s8_u8(activations));
  }
  static Ints dot_signed(Ints acc, Bytes weights, Bytes activations) { return dot(acc, weights, activations); }
};

constinit const Kernels kDotprodKernels = make_kernels<Dotprod>("dotprod", runs_dotprod);

}  // namespace ondol
