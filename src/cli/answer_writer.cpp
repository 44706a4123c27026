#include "cli/answer_writer.h"

#include <nlohmann/json.hpp>

namespace ondol {

void AnswerWriter::end_thinking() {
  if (!is_thinking_) return;
  is_thinking_ = false;
  console_.screen(console_.color() ? "\033[0m\n" : "\n");
}

void AnswerWriter::write(AnswerKind kind, std::string_view piece) {
  if (kind == AnswerKind::kThinking) {
    if (!shows_thinking_) return;
    if (!is_thinking_ && console_.color()) console_.screen("\033[2m");
    is_thinking_ = true;
    console_.screen(piece);
    return;
  }
  end_thinking();
  has_text_ = true;
  console_.write(piece);
  console_.flush();
}

void AnswerWriter::finish(const Answer& answer) {
  end_thinking();
  if (has_text_ || answer.tool_calls.empty()) console_.line("");
  for (const ToolCall& call : answer.tool_calls) {
    const nlohmann::ordered_json line = {{"name", call.name},
                                         {"arguments", nlohmann::ordered_json::parse(call.arguments, nullptr, false)}};
    console_.line(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
}

}  // namespace ondol
