// Under which names a Hugging Face file may hold a tensor or module.
#pragma once

#include <string>
#include <vector>

namespace ondol {

// `name` and what files make of it, likeliest first: they leave out its first part, or put the model inside another:
// "h.0.ln_1.weight", "language_model.model.norm.weight", "model.language_model.norm.weight".
inline std::vector<std::string> huggingface_name_forms(const std::string& name) {
  const std::string without_first = name.substr(name.find('.') + 1);
  return {name, without_first, "language_model." + name, "model.language_model." + without_first};
}

}  // namespace ondol
