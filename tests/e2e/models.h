// The models the end-to-end tests run on.
#pragma once

#include <string>

#include "process.h"

namespace ondol::e2e {

inline const std::string kModel = ONDOL_SOURCE_DIR "/models/ondol-ko-tiny.gguf";  // ships with the repository
inline const std::string kStoryFolder = ONDOL_SOURCE_DIR "/../shared/data/llama2c-stories260K";

// The shipped model with the first `before` replaced by `after`, of the same length.  Fails the test when it is absent.
std::string patched_model(const std::string& before, const std::string& after);

// A GGUF entry's value of a u32 key, as its bytes stand in the file: key, type 4, value.
std::string u32_entry(const std::string& key, uint32_t value);

}  // namespace ondol::e2e
