// The tables of the CPU families this build knows, and whether this CPU runs them.  For dispatch.cpp and isa/*.cpp.
#pragma once

#include "kernel/kernels.h"
#include "kernel/training.h"

namespace ondol {

extern const Kernels kScalarKernels;
extern const TrainingKernels kScalarTrainingKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvxvnniKernels;
extern const Kernels kAvx512Kernels;
extern const Kernels kAmxKernels;
extern const TrainingKernels kAvx2TrainingKernels;
extern const TrainingKernels kAvx512TrainingKernels;
extern const TrainingKernels kAmxTrainingKernels;
#elif defined(__aarch64__)
extern const Kernels kNeonKernels;
extern const Kernels kDotprodKernels;
extern const Kernels kI8mmKernels;
extern const TrainingKernels kNeonTrainingKernels;
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
