// Calls by the numbers of another architecture, which a filter that knows only its own would let pass: on x86-64 those
// of 32-bit programs (int 0x80) and of x32.
#pragma once

#include <vector>

#include "seal/seal_policy.h"
#include "seal/tried_call.h"

namespace ondol {

// Tries each in a child of its own that runs under the filter of `role` and dies of it; nothing on other architectures,
// which have no such calls for a 64-bit program.  Only while this process has one thread.
std::vector<TriedCall> try_foreign_calls(const SealRole& role);

}  // namespace ondol
