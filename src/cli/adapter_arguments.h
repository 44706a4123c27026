// What commands read about adapters: ADAPTER[:SCALE], for one or several.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "model/adapter/apply_adapters.h"

namespace ondol {

// Declares --lora.
void declare_lora(Options& options, std::vector<std::string>& lora);

// The files or folders of the adapters.  Fails with kUsage for a scale that is not finite.
Result<std::vector<std::string>> adapter_paths(const std::vector<std::string>& lora);

// Reads the adapters for `model`.  A name that is no file, but one behind whose last colon a number stands, is a file
// and its scale.  Fails with kUsage for a scale that is not finite, else as read_adapter().
Result<std::vector<ScaledAdapter>> read_adapters(const std::vector<std::string>& given, const Model& model);

// Reads them and gives them to the model; nothing when none are given.
Status add_lora(const std::vector<std::string>& lora, Model& model);

}  // namespace ondol
