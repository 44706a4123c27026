// Prompts as OpenAI's older endpoints take them: a text, a list of texts, a list of token ids, or a list of such lists.
#pragma once

#include <vector>

#include "server/answer_request.h"
#include "server/json/fields.h"

namespace ondol {

inline constexpr int64_t kMostPrompts = 2048;

// Field `name`, which must be there and hold at least one prompt.  What is wrong is kept in `fields`.
std::vector<RawPrompt> read_prompt_list(Fields& fields, std::string_view name);

}  // namespace ondol
