#include "prompt/tool_call_follower.h"

#include <algorithm>

namespace ondol {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_space(char c) { return kSpace.find(c) != std::string_view::npos; }

}  // namespace

ToolCallFollower::ToolCallFollower(const ToolCallSyntax& syntax, OnPiece on_piece)
    : syntax_(syntax), on_piece_(std::move(on_piece)) {
  next_step();
}

void ToolCallFollower::next_step() {
  const auto n_parts = std::ssize(syntax_.call);
  is_over_ = ++step_ == n_parts && !syntax_.several;
  if (is_over_) return;
  if (step_ > n_parts) step_ = 0;
  if (step_ == 0) {
    name_.clear();
    id_.clear();
  }
  const bool is_part = step_ >= 0 && step_ < n_parts;
  const CallPart* const part = is_part ? &syntax_.call[static_cast<size_t>(step_)] : nullptr;
  if (part != nullptr && part->kind != CallPartKind::kLiteral) {
    // a name or an id ends where the literal behind it begins, whose white space may be missing
    const std::string_view next = step_ + 1 < n_parts ? part[1].text : std::string_view();
    const size_t mark = std::min(next.find_first_not_of(kSpace), next.size());
    word_ends_ = std::string(next.substr(0, 1)).append(next.substr(mark, 1));
    return;
  }
  literal_ = part != nullptr ? part->text : step_ < 0 ? syntax_.begin : syntax_.separator;
  std::erase_if(literal_, is_space);
  if (literal_.empty()) next_step();
}

void ToolCallFollower::push(std::string_view text) {
  while (!text.empty() && !is_over_) {
    const bool is_part = step_ >= 0 && step_ < std::ssize(syntax_.call);
    switch (is_part ? syntax_.call[static_cast<size_t>(step_)].kind : CallPartKind::kLiteral) {
      case CallPartKind::kLiteral:
        take_literal(text);
        break;
      case CallPartKind::kName:
      case CallPartKind::kCallId:
        take_word(text);
        break;
      case CallPartKind::kArguments:
        take_arguments(text);
        break;
      case CallPartKind::kPythonArguments:
        is_over_ = true;
    }
  }
}

// White space counts for nothing.
void ToolCallFollower::take_literal(std::string_view& text) {
  for (; !text.empty(); text.remove_prefix(1)) {
    if (is_space(text.front())) continue;
    is_over_ = text.front() != literal_.front();
    if (is_over_) return;
    literal_.erase(0, 1);
    if (!literal_.empty()) continue;
    text.remove_prefix(1);
    return next_step();
  }
}

void ToolCallFollower::take_word(std::string_view& text) {
  const CallPart& part = syntax_.call[static_cast<size_t>(step_)];
  std::string& word = part.kind == CallPartKind::kName ? name_ : id_;
  const size_t end = std::min(text.find_first_of(word_ends_), text.size());
  word += text.substr(0, end);
  text.remove_prefix(end);
  if (text.empty()) return;
  // in JSON, what is escaped would have to be read first
  is_over_ = word.empty() || word.find('\\') != std::string::npos;
  if (!is_over_) next_step();
}

void ToolCallFollower::take_arguments(std::string_view& text) {
  if (depth_ == 0) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    if (text.empty()) return;
    is_over_ = text.front() != '{' || name_.empty();
    if (is_over_) return;
    calls_.push_back({.name = name_, .arguments = {}, .id = id_});
    on_piece_({.name = name_, .id = id_});
  }
  std::string piece;
  do {
    const char c = text.front();
    text.remove_prefix(1);
    if (in_string_ || !is_space(c)) piece += c;
    if (in_string_) {
      in_string_ = is_escaped_ || c != '"';
      is_escaped_ = !is_escaped_ && c == '\\';
      continue;
    }
    in_string_ = c == '"';
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') --depth_;
  } while (depth_ > 0 && !text.empty());
  calls_.back().arguments += piece;
  if (!piece.empty()) on_piece_({.arguments = piece});
  if (depth_ == 0) next_step();
}

}  // namespace ondol
