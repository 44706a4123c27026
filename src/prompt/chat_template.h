// Chat template: messages -> the text a model was trained on.
//
// A model file brings its template as a Jinja program (jinja/template.h); templates for models that carry none lie in
// templates/, one file per family.  Only what the template itself writes may hold control tokens: what came from a
// message is marked on its way through, so nobody can type the end of their own turn.
#pragma once

#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "prompt/jinja/template.h"
#include "prompt/tool_calls.h"

namespace ondol {

enum class Role { kSystem, kUser, kAssistant, kTool };

struct ChatMessage {
  Role role;
  std::string text;
  std::string thinking = {};              // of the assistant
  std::vector<ToolCall> tool_calls = {};  // of the assistant
  std::string tool_call_id = {};          // of a tool: the call this answers
};

// A stretch of prompt from one source.
struct PromptPiece {
  std::string text;
  bool from_template = false;  // its control tokens are read as tokens
  int message = -1;            // the index of the message whose text this is, or part of it
  bool operator==(const PromptPiece&) const = default;
};

// What stands at the beginning and end of text for a vocabulary; "" where it has none.
struct EdgeTokens {
  std::string bos, eos;
};

struct ChatRequest {
  std::span<const ChatMessage> messages;
  bool ask = true;  // followed by the opening of the assistant's next turn
  EdgeTokens edges = {};
  std::string_view tools = {};      // JSON list as in OpenAI's "tools"; "" for none
  std::string_view variables = {};  // JSON object of what else the template may ask for, as "enable_thinking"
  std::tm now = {};                 // the date templates may show
};

// Immutable; may be used by several threads.
class ChatTemplate {
 public:
  // Fails with kBadInput, naming the line.
  static Result<ChatTemplate> parse(std::string_view jinja);

  // The whole conversation.  Fails with kBadInput, naming the line: what the template refuses, as two user messages in
  // a row, or tools or variables that are not JSON.
  Result<std::vector<PromptPiece>> render(const ChatRequest& request) const;
  // Any context: a JSON object.  Texts under the key "role" that name a usual role count as the template's own.  It is
  // given `edges` where it names none, and "add_generation_prompt" with `ask`.
  Result<std::vector<PromptPiece>> render_context(std::string_view json, const EdgeTokens& edges, bool ask,
                                                  const std::tm& now) const;

  const std::string& source() const { return source_; }
  // How the model writes tool calls; null when the template knows no tools.
  const ToolCallSyntax* tool_calls() const { return tool_calls_; }

 private:
  ChatTemplate(std::string source, jinja::Template parsed);
  std::string source_;
  jinja::Template template_;
  const ToolCallSyntax* tool_calls_;
};

// The Jinja text of the built-in template of that name, or "".
std::string_view builtin_chat_template(std::string_view name);
// All names, comma-separated, for help and errors.
std::string chat_template_names();

// The local time.
std::tm time_now();

}  // namespace ondol
