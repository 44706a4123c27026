// The time that durations are measured with.
#pragma once

#include <chrono>

namespace ondol {

// Seconds on a clock that never goes back.
inline double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace ondol
