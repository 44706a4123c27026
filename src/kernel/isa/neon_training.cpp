// The NEON table of training, for all ARM families.
#include "kernel/generic/make_training_kernels.h"
#include "kernel/isa/neon.h"
#include "kernel/isa/tables.h"

namespace ondol {

struct NeonTraining : NeonBody<NeonTraining> {};

constinit const TrainingKernels kNeonTrainingKernels = make_training_kernels<NeonTraining>("neon");

}  // namespace ondol
