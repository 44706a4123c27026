// TriedCall: a forbidden call that was made for real, and what came of it.
#pragma once

#include <string>

namespace ondol {

struct TriedCall {
  const char* name;   // "socket(AF_INET)"
  int error = 0;      // the errno, 0 when the call did its work
  int signal = 0;     // that killed the child which made it, or 0
  bool held = false;  // it was the seal that stopped it
};

// "EPERM", "SIGSYS" or "done".
std::string outcome_of(const TriedCall& call);

}  // namespace ondol
