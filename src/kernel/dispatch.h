// Which kernel table this process uses.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "kernel/kernels.h"
#include "kernel/training.h"

namespace ondol {

// The fastest table this CPU runs, or the one ONDOL_ISA names; chosen at the first call, the same ever after.
const Kernels& kernels();

// All tables this CPU can run, scalar first.
std::span<const Kernels* const> runnable();

// The same of training; families that add nothing to it share a table.
const TrainingKernels& training_kernels();
std::span<const TrainingKernels* const> runnable_training();

// Fails with kUsage when ONDOL_ISA names a table that does not exist or does not run here.  Called once by main.
Status check_isa_override();

}  // namespace ondol
