// adapter_config.json of a PEFT folder: how an adapter's matrices are scaled.
// Source: huggingface/peft, src/peft/tuners/lora/config.py (LoraConfig).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/adapter/adapter.h"

namespace ondol {

struct PeftConfig {
  float alpha = 0;
  int64_t rank = 0;
  bool rank_stabilised = false;
  // Of modules whose name ends with the key (whole words between dots; all of it where "^" begins the key).
  std::map<std::string, double> rank_pattern, alpha_pattern;

  int64_t rank_of(std::string_view module) const;
  float scale_of(std::string_view module) const;
};

// Reads the file's text; `name` stands for it in errors.  Fails with kCorruptFile, or with kUnsupported naming the
// setting that is not followed here.
Result<PeftConfig> read_peft_config(std::string_view name, std::string_view text);

}  // namespace ondol
