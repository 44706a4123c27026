// Memory of this process.
#pragma once

#include <cstdint>

namespace ondol {

// Pages in memory, in bytes; 0 where the system does not say.
int64_t resident_bytes();

}  // namespace ondol
