// The sliding windows of a config.json -> attention.sliding_window metadata.
#pragma once

#include "model/import/config_settings.h"
#include "model/import/huggingface_config.h"

namespace ondol {

// Reads sliding_window and which layers have it: layer_types, or sliding_window_pattern (a period or "LLLG"), or
// max_window_layers, or the family's period, or all.  Errors stay in the configuration.
void read_config_windows(ConfigSettings& settings, int64_t n_layers, HuggingFaceConfig& out);

}  // namespace ondol
