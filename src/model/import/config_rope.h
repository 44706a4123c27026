// The rotation settings of a config.json -> rope.* metadata and tensors of factors.
#pragma once

#include "model/import/config_settings.h"
#include "model/import/huggingface_config.h"

namespace ondol {

// Reads theta, partial rotation and scaling (default, linear, llama3, yarn, longrope).  Fails with kCorruptFile or,
// naming it, kUnsupported for another kind of scaling.
//   Source: HF modeling_rope_utils.py; llama.cpp, conversion/base.py and phi.py.
Status read_config_rope(ConfigSettings& settings, int64_t head_dim, int64_t context_length, HuggingFaceConfig& out);

}  // namespace ondol
