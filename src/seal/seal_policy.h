// SealPolicy: what a sealed process may still ask of the kernel, as one list.
//
// The call filter is built from this list and the receipt's hash is taken from its text, so the hash stands for what is
// in force.  A call is allowed because the program needs it; what is not listed at all is answered with ENOSYS, as an
// older kernel would, so that a newer C library falls back to what is listed.  Calls that reach another machine,
// another process or more rights are listed as refused: EPERM tells a reader of strace that it was the seal.
//
// Paths of models stand for themselves ("what was given"): machines with the same rules have the same hash.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/sha256.h"

namespace ondol {

// What the process is there for; it decides the calls.
struct SealRole {
  bool serves = false;  // accepts connections on a listener that is open already
  bool writes = false;  // has folders to write files in; otherwise opening for writing is refused everywhere
};

enum class CallVerdict {
  kAllowed,
  kRefused,  // EPERM
  kUnknown,  // ENOSYS
};

// Of one argument of a call.  Flags and commands are 32 bits wide for the kernel and compared so (the upper half of the
// register is not looked at by either); pointers are compared whole.
struct ArgumentTest {
  enum class Kind { kMaskedEqual, kNotEqual };
  uint32_t argument = 0;  // from 0
  Kind kind = Kind::kMaskedEqual;
  uint64_t mask = 0;
  uint64_t value = 0;
};

// Of several rules for one call that one counts whose test holds; without a test it is the only one.
struct CallRule {
  const char* name;  // as in the kernel's table; of any architecture
  CallVerdict verdict = CallVerdict::kAllowed;
  std::optional<ArgumentTest> test = {};
};

// Sorted by name.
std::vector<CallRule> call_rules(const SealRole& role);

// What the run time itself reads: the process's own figures, the machine's cores and memory, the time zone.
std::span<const char* const> system_paths();

// Every rule as a line of text, the same on every machine and architecture.
std::string policy_text(const SealRole& role);
Digest policy_hash(const SealRole& role);

}  // namespace ondol
