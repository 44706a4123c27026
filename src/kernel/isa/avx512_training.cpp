// The AVX-512 table of training.
#include "kernel/generic/make_training_kernels.h"
#include "kernel/isa/avx512.h"
#include "kernel/isa/tables.h"

namespace ondol {

constinit const TrainingKernels kAvx512TrainingKernels = make_training_kernels<Avx512>("avx512");

}  // namespace ondol
