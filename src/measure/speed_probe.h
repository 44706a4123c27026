// Speed of a model that is not loaded: some of its layers, with stand-in weights, are timed for about two seconds, and
// the whole is told from them.
//
// Layers of one model cost alike, so those left out are counted by what they read (decoding, which waits for memory) or
// multiply (prefill).  Timing the real steps, not a copy in memory, brings in everything that a model of bandwidth and
// operations would have to know: how fast each type is unpacked, what a small matrix loses, what the caches keep.
#pragma once

#include "measure/memory_plan.h"

namespace ondol {

// A step that decodes one token behind `position` others takes empty_s + position * position_s.
struct SpeedPlan {
  double prefill_s = 0;  // the whole prompt
  double decode_empty_s = 0, decode_position_s = 0;

  double decode_s(double position) const { return decode_empty_s + position * decode_position_s; }
  double prefill_tokens_per_s(const PlannedRun& run) const {
    return prefill_s > 0 ? static_cast<double>(run.n_prompt) / prefill_s : 0;
  }
  // Of the tokens behind the prompt, in the middle of them.
  double decode_tokens_per_s(const PlannedRun& run) const {
    return 1 / decode_s(static_cast<double>(run.n_prompt) + static_cast<double>(run.n_predict) / 2);
  }
};

// `run.n_threads` is the pool's.  Fails with kOutOfMemory when not even one layer fits, or kInterrupted.
Result<SpeedPlan> probe_speed(const Model& outline, const PlannedRun& run, ThreadPool& pool);

}  // namespace ondol
