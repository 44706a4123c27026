// How many of the process's threads run under a call filter, by the kernel's own word.
#pragma once

namespace ondol {

struct ThreadCount {
  int all = 0, filtered = 0;  // 0 without /proc
};

// Of /proc/self/task/*/status.
ThreadCount count_filtered_threads();

}  // namespace ondol
