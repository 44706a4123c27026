#include "prompt/thinking.h"

#include <algorithm>

#include "prompt/tool_call_reader.h"

namespace ondol {
namespace {

using enum AnswerKind;

struct Family {
  std::string_view sign;  // what the family's templates contain
  std::vector<AnswerMark> marks;
};

// Sources: the chat templates and model cards of the families.
const std::vector<Family>& families() {
  static const std::vector<Family> table = {
      // gpt-oss: a channel for each kind of message.
      {"<|channel|>",
       {{"<|channel|>analysis<|message|>", kThinking},
        {"<|channel|>final<|message|>", kText},
        {"<|channel|>final <|constrain|>json<|message|>", kText},
        {"<|channel|>commentary<|message|>", kText},
        {"<|end|>", kHidden},
        {"<|return|>", kHidden}}},
      // Command R7B and Command A.
      {"<|START_THINKING|>",
       {{"<|START_THINKING|>", kThinking},
        {"<|END_THINKING|>", kText},
        {"<|START_RESPONSE|>", kText},
        {"<|END_RESPONSE|>", kHidden}}},
      // Solar Open.
      {"<|think|>",
       {{"<|think|>", kThinking}, {"<|content|>", kText}, {"<|end|>", kHidden}, {"<|begin|>assistant", kHidden}}},
      // HyperCLOVA X SEED Think: the turn's name says that it is thought.
      {"assistant/think",
       {{"/think\n", kThinking}, {"<|im_end|>\n<|im_start|>assistant\n", kText}, {"<|im_start|>assistant\n", kText}}},
      // Granite frames what it says, too.
      {"<response>", {{"<think>", kThinking}, {"</think>", kText}, {"<response>", kText}, {"</response>", kHidden}}},
      // Qwen 3, DeepSeek-R1, EXAONE 4, SmolLM 3 and most others.
      {"<think>", {{"<think>", kThinking}, {"</think>", kText}}},
      {"</think>", {{"<think>", kThinking}, {"</think>", kText}}},
  };
  return table;
}

constexpr std::string_view kSpace = " \t\r\n";

std::string_view without_space_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kSpace) + 1);  // npos + 1 is 0
}
std::string_view without_space_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kSpace), text.size()));
}

}  // namespace

AnswerSyntax recognize_answer_syntax(std::string_view jinja, std::string_view prompt_end, bool has_tools) {
  AnswerSyntax syntax;
  const auto contains = [&](const Family& family) { return jinja.find(family.sign) != std::string_view::npos; };
  if (const auto family = std::find_if(families().begin(), families().end(), contains); family != families().end()) {
    syntax.marks = family->marks;
  }
  for (const AnswerMark& mark : syntax.marks) {
    if (without_space_behind(prompt_end).ends_with(without_space_behind(mark.text))) syntax.starts_with = mark.begins;
  }
  if (!has_tools) return syntax;
  syntax.tool_calls = recognize_tool_call_syntax(jinja);
  if (syntax.tool_calls && !syntax.tool_calls->trigger.empty()) {
    syntax.marks.push_back({std::string(syntax.tool_calls->trigger), kToolCall, true});
  }
  return syntax;
}

AnswerReader::AnswerReader(AnswerSyntax syntax, OnPiece on_piece, OnCall on_call)
    : syntax_(std::move(syntax)),
      on_piece_(std::move(on_piece)),
      kind_(syntax_.starts_with),
      may_be_bare_call_(syntax_.tool_calls && syntax_.tool_calls->trigger.empty()) {
  if (!syntax_.tool_calls || !syntax_.holds_calls) return;
  follower_.emplace(*syntax_.tool_calls, [on_call = std::move(on_call)](const CallPiece& piece) {
    if (on_call) on_call(piece);
  });
}

void AnswerReader::add(AnswerKind kind, std::string_view text) {
  if (text.empty() || kind == kHidden) return;
  if (kind == kToolCall || (kind == kText && may_be_bare_call_)) {
    call_text_ += text;
    return;
  }
  std::string& section = kind == kThinking ? answer_.thinking : answer_.text;
  // sections begin and end with line ends that are part of the frame
  if (section.empty()) text = without_space_before(text);
  if (text.empty()) return;
  section += text;
  if (on_piece_) on_piece_(kind, text);
}

void AnswerReader::read_marks(bool at_end) {
  for (;;) {
    if (hears_calls()) break;
    const AnswerMark* next = nullptr;
    size_t position = held_back_.size();
    for (const AnswerMark& mark : syntax_.marks) {
      const size_t found = held_back_.find(mark.text);
      if (found == std::string::npos || found > position) continue;
      if (found == position && next && next->text.size() >= mark.text.size()) continue;
      position = found;
      next = &mark;
    }
    if (!next) break;
    add(kind_, std::string_view(held_back_).substr(0, position));
    held_back_.erase(0, position);
    follow_call();
    if (hears_calls()) break;
    kind_ = next->begins;
    if (next->kept) add(kind_, next->text);
    held_back_.erase(0, next->text.size());
  }
  // the longest ending that may still become a mark stays
  const bool is_certain = at_end || hears_calls();
  size_t n_held = 0;
  for (const AnswerMark& mark : syntax_.marks) {
    if (is_certain) break;
    for (size_t n = std::min(mark.text.size() - 1, held_back_.size()); n > n_held; --n) {
      if (held_back_.ends_with(std::string_view(mark.text).substr(0, n))) n_held = n;
    }
  }
  const size_t n_certain = held_back_.size() - n_held;
  add(kind_, std::string_view(held_back_).substr(0, n_certain));
  held_back_.erase(0, n_certain);
}

// Nothing follows calls that are held, so what looks like a mark is part of an argument.
bool AnswerReader::hears_calls() const { return follower_ && (kind_ == kToolCall || !follower_->calls().empty()); }

// Whether a message that may be a call is one shows in its first word.
bool AnswerReader::is_no_bare_call() const {
  return may_be_bare_call_ && !can_be_bare_call(*syntax_.tool_calls, call_text_);
}

void AnswerReader::follow_call() {
  if (!follower_ || is_no_bare_call()) return;
  follower_->push(std::string_view(call_text_).substr(n_followed_));
  n_followed_ = call_text_.size();
}

void AnswerReader::push(std::string_view text) {
  held_back_ += text;
  read_marks(false);
  follow_call();
  if (!is_no_bare_call()) return;
  may_be_bare_call_ = false;
  follower_.reset();
  add(kText, text_of_bare_answer(*syntax_.tool_calls, std::exchange(call_text_, {})));
}

Answer AnswerReader::finish() {
  read_marks(true);
  follow_call();
  if (follower_ && !follower_->calls().empty()) {
    answer_.tool_calls = follower_->calls();
    if (follower_->in_arguments()) {
      answer_.cut_call = CutCall{std::move(answer_.tool_calls.back()), call_text_};
      answer_.tool_calls.pop_back();
    }
  } else if (!call_text_.empty()) {
    auto calls = syntax_.tool_calls ? read_tool_calls(*syntax_.tool_calls, call_text_) : std::nullopt;
    may_be_bare_call_ = false;
    if (calls) answer_.tool_calls = std::move(*calls);
    else add(kText, call_text_);
  }
  answer_.thinking = without_space_behind(answer_.thinking);
  if (!answer_.tool_calls.empty() || answer_.cut_call) answer_.text = without_space_behind(answer_.text);
  return std::move(answer_);
}

}  // namespace ondol
