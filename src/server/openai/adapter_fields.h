// Scales of adapters as llama.cpp's requests say them: [{"id": 0, "scale": 0.5}, …].
#pragma once

#include <utility>
#include <vector>

#include "server/json/fields.h"

namespace ondol {

// Numbers of adapters and their scales.  `where` names the list in errors.
ApiResult<std::vector<std::pair<int, float>>> read_adapter_scales(const Json& list, const std::string& where);

// `scales` with those of `changes`.  Fails with 400 for an adapter that is not there.
ApiResult<std::vector<float>> change_scales(std::vector<float> scales,
                                            const std::vector<std::pair<int, float>>& changes);

}  // namespace ondol
