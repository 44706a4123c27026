// The checkpoint of a training run: one safetensors file with the trained parameters, their moments and the place in
// the data.
#pragma once

#include <string>

#include "base/result.h"
#include "base/sha256.h"
#include "format/metadata.h"
#include "tune/optimizer.h"

namespace ondol {

// Writes `path`, which an older one may hold, whole or not at all.  `place` is kept as it is.
Status write_run_state(const std::string& path, const Digest& identity, const Metadata& place, AdamW& optimizer);

// Reads it back into the parameters and moments; returns the place.  Fails with kBadInput when the file is of another
// run or parameters are missing, kCorruptFile or kIo.
Result<Metadata> read_run_state(const std::string& path, const Digest& identity, AdamW& optimizer);

}  // namespace ondol
