// The tables of the CPU families this build knows, and whether this CPU runs them.  For dispatch.cpp and isa/*.cpp.
#pragma once

#include "kernel/kernels.h"

namespace ondol {

extern const Kernels kScalarKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvxvnniKernels;
extern const Kernels kAvx512Kernels;
extern const Kernels kAmxKernels;
#elif defined(__aarch64__)
extern const Kernels kNeonKernels;
extern const Kernels kDotprodKernels;
extern const Kernels kI8mmKernels;
#endif

// Defined in dispatch.cpp, which is compiled for every CPU.
bool runs_scalar();
bool runs_avx2();
bool runs_avxvnni();
bool runs_avx512();
bool runs_amx();  // asks the system for the use of tiles
bool runs_neon();
bool runs_dotprod();
bool runs_i8mm();

}  // namespace ondol
