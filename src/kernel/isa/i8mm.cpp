// The i8mm table: NEON with the int8 matrix product (ARMv8.6-A: Cortex-A510 and A710, Neoverse V1, Apple M2).
#include "kernel/isa/neon.h"

namespace ondol {

struct I8mm : NeonBody<I8mm> {
  static constexpr int kMaxByte = 255;
  static Ints dot(Ints acc, Bytes weights, Bytes activations) {
    return vusdotq_s32(acc, weights, vreinterpretq_s8_u8(activations));
  }
};

constinit const Kernels kI8mmKernels = make_kernels<I8mm>("i8mm", runs_i8mm);

}  // namespace ondol
