#include "seal/tried_call.h"

#include <cstring>

namespace ondol {

std::string outcome_of(const TriedCall& call) {
  if (call.signal != 0) return std::string("SIG") + sigabbrev_np(call.signal);
  if (call.error == 0) return "done";
  const char* name = strerrorname_np(call.error);
  return name != nullptr ? name : std::to_string(call.error);
}

}  // namespace ondol
