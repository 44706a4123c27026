// The scalar table: V is one float wide.  It defines the results; every other table is tested against it.
#include "kernel/isa/scalar.h"
#include "kernel/generic/make_kernels.h"
#include "kernel/isa/tables.h"

namespace ondol {

constinit const Kernels kScalarKernels = make_kernels<Scalar>("scalar", runs_scalar);

}  // namespace ondol
