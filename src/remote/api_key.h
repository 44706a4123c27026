// The key for an endpoint, from the environment: a command line is seen by every user of the machine.
#pragma once

#include <string>

#include "base/result.h"

namespace ondol {

// ONDOL_API_KEY, or the one line of the file that ONDOL_API_KEY_FILE names; "" when neither is set.  Fails with
// kBadInput: a file that cannot be read, a key that could not stand in a header.  No error shows the key.
Result<std::string> read_api_key();

}  // namespace ondol
