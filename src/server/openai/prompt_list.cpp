#include "server/openai/prompt_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/openai/token_list.h"
#include "server/server_messages.h"

namespace ondol {

std::vector<RawPrompt> read_prompt_list(Fields& fields, std::string_view name) {
  const Json* given = fields.any(name);
  if (given == nullptr) {
    fields.wrong(name, format_message(msg::kFieldMissing, fields.path_of(name)));
    return {};
  }
  if (given->is_string()) return {given->get<std::string>()};
  const bool is_list = given->is_array() && !given->empty();
  const bool is_one_of_tokens =
      is_list && std::all_of(given->begin(), given->end(), [](const Json& value) { return value.is_number(); });
  if (is_one_of_tokens) return {token_ids_of(*given, fields, name)};
  if (!is_list) {
    fields.wrong(name, format_message(msg::kFieldKind, fields.path_of(name), "string or array"));
    return {};
  }
  if (fields.list(name, kMostPrompts) == nullptr) return {};
  std::vector<RawPrompt> prompts;
  for (const Json& prompt : *given) {
    if (prompt.is_string()) {
      prompts.emplace_back(prompt.get<std::string>());
    } else if (prompt.is_array()) {
      prompts.emplace_back(token_ids_of(prompt, fields, name));
    } else {
      fields.wrong(name, format_message(msg::kFieldKind, fields.path_of(name), "array of strings or of token ids"));
      return {};
    }
  }
  return prompts;
}

}  // namespace ondol
