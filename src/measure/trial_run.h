// A plain run of a model, measured from outside: what a plan's prediction is held against.
#pragma once

#include <string>

#include "measure/memory_plan.h"

namespace ondol {

struct TrialRun {
  int64_t peak_bytes = 0;  // resident memory of a process that did nothing else
  double prefill_tokens_per_s = 0;
  double decode_tokens_per_s = 0;  // of the median step
};

// Loads `path` and feeds it made-up tokens as `run` says, in a child process, and waits for its end.  A context of 0 is
// what the engine takes then; a prompt of -1 fills it.  To be called before the process has other threads.  Fails as
// load_model() and Engine::step() do, or with kOutOfMemory when the system ended the child.
Result<TrialRun> try_run(const std::string& path, const PlannedRun& run, const LoadOptions& load);

}  // namespace ondol
