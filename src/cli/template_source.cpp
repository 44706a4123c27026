#include "cli/template_source.h"

#include <filesystem>

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "prompt/chat_template.h"

namespace ondol {

Result<std::string> chat_template_source(const std::string& name, const Metadata& model, bool with_tools) {
  if (!name.empty()) {
    std::error_code ignored;
    if (std::filesystem::exists(name, ignored)) return read_text_file(name);
    const std::string_view builtin = builtin_chat_template(name);
    if (builtin.empty()) return fail(ErrorKind::kBadInput, msg::kNoSuchTemplate, name, chat_template_names());
    return std::string(builtin);
  }
  const auto for_tools = model.get_string("tokenizer.chat_template.tool_use");
  if (with_tools && for_tools) return std::string(*for_tools);
  return std::string(model.get_string("tokenizer.chat_template").value_or(""));
}

}  // namespace ondol
