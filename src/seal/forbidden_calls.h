// Tries every kind of call the seal forbids, in the thread that asks.
#pragma once

#include <vector>

#include "seal/tried_call.h"

namespace ondol {

// Each call is made so that it does no harm where nothing stops it: a socket is closed again, a program started has no
// name, a child ends at once.  `files_restricted`: Landlock is in force, so reading a file that was not given is tried,
// too.
std::vector<TriedCall> try_forbidden_calls(bool files_restricted);

}  // namespace ondol
