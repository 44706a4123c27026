// The call filter: seccomp, on all threads of the process at once.
#pragma once

#include "seal/seal_policy.h"

namespace ondol {

// Puts the rules of `role` into force for every thread, and for those they start.  There is no way back.  Returns 0 or
// the reason, an errno: ESRCH when a thread runs under another filter.
int install_call_filter(const SealRole& role);

}  // namespace ondol
