// Points in time and durations as Ollama's API writes them.  Source: RFC 3339.
#pragma once

#include <cstdint>
#include <string>

namespace ondol {

// "2026-01-31T23:59:59.123456Z" for microseconds since 1970.
std::string timestamp(int64_t microseconds);
std::string timestamp_now();
// So many seconds from now; the last day there is for what never comes.
std::string timestamp_in(double seconds);

inline int64_t nanoseconds(double seconds) { return static_cast<int64_t>(1e9 * seconds); }

}  // namespace ondol
