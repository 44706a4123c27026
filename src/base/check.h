// CHECK(condition): stops the process when one of our own invariants is broken.  Never for input.
#pragma once

namespace ondol {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::ondol::check_failed(#condition, __FILE__, __LINE__))
