#include "server/thinking_choice.h"

#include <nlohmann/json.hpp>

namespace ondol {

void set_variables(ChatPrompt& prompt, Json variables, const ThinkingChoice& choice) {
  if (choice.thinks) {
    // Qwen's, Gemma's and GLM's name, and DeepSeek's and Granite's
    variables["enable_thinking"] = *choice.thinks;
    variables["thinking"] = *choice.thinks;
  }
  if (!choice.effort.empty()) variables["reasoning_effort"] = choice.effort;
  if (!variables.empty()) prompt.variables = json_text(variables);
}

}  // namespace ondol
