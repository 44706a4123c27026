// Whether and how hard a model is to think before it answers, as the variables that chat templates ask for.
#pragma once

#include <optional>
#include <string>

#include "server/answer_request.h"
#include "server/json/json_text.h"

namespace ondol {

struct ThinkingChoice {
  std::optional<bool> thinks;  // none: as the template is used to
  std::string effort = {};     // "low", "medium", "high" …; "": nothing is said
};

// Gives the template `variables` (an object) and the choice among them.
void set_variables(ChatPrompt& prompt, Json variables, const ThinkingChoice& choice);

}  // namespace ondol
