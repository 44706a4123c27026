// The scalar table of training: it defines the results.
#include "kernel/generic/make_training_kernels.h"
#include "kernel/isa/scalar.h"
#include "kernel/isa/tables.h"

namespace ondol {

constinit const TrainingKernels kScalarTrainingKernels = make_training_kernels<Scalar>("scalar");

}  // namespace ondol
