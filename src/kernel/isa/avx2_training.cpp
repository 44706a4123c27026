// The AVX2 table of training, for all 256-bit families.
#include "kernel/generic/make_training_kernels.h"
#include "kernel/isa/avx2.h"
#include "kernel/isa/tables.h"

namespace ondol {

struct Avx2Training : Avx2Body<Avx2Training> {};

constinit const TrainingKernels kAvx2TrainingKernels = make_training_kernels<Avx2Training>("avx2");

}  // namespace ondol
