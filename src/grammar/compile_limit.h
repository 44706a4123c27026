// CompileLimit: bounds the time that turning a stranger's schema, regex or grammar into automata may take.
//
// Limits on sizes alone do not bound it: one schema may come close to each of them a thousand times.  So every loop
// that a text can make long looks here, and once the time is up all of them end, whatever they leave, and the function
// that was called from outside fails.  Time of this thread's processor, so that a busy machine refuses nothing that a
// quiet one takes.  One limit for each thread instead of a parameter of every function on the way to those loops:
// whoever compiles for strangers has one in scope, and nobody else knows of it.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace ondol {

class CompileLimit {
 public:
  // From now to the end of its life this thread compiles for `seconds` at most.  Inside another one only this one
  // holds.
  explicit CompileLimit(double seconds);
  ~CompileLimit();
  CompileLimit(const CompileLimit&) = delete;
  CompileLimit& operator=(const CompileLimit&) = delete;

  // Whether the time is up.  Looks at the clock every 64th time only.
  static bool reached();
  // kBadInput that says so.
  static tl::unexpected<Error> failure();

  static constexpr double kNone = 1e9;

 private:
  CompileLimit* outer_;
  double seconds_, end_s_;
  uint32_t n_looks_ = 0;
  bool reached_ = false;
};

// Why there is no automaton: the time was up, or it would have more than `max_states` states.
tl::unexpected<Error> too_many_states(int32_t max_states);

}  // namespace ondol
