#include "measure/records/columns.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "measure/records/records_messages.h"

namespace ondol {
namespace {

// "a=b,c=d" as pairs; nothing when a part is empty or a name stands twice.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (;;) {
    const size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == part.size()) return std::nullopt;
    const std::string name(part.substr(0, equals));
    for (const auto& pair : pairs) {
      if (pair.first == name) return std::nullopt;
    }
    pairs.emplace_back(name, part.substr(equals + 1));
    if (comma == std::string_view::npos) return pairs;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<Columns> parse_columns(std::string_view text) {
  const auto refused = [&] { return fail(ErrorKind::kUsage, msg::kBadColumns, printable(text)); };
  const auto pairs = parse_pairs(text);
  if (!pairs) return refused();
  Columns columns;
  bool has_messages = false, has_prompt = false, has_completion = false, has_text = false;
  for (const auto& [name, column] : *pairs) {
    if (name == "messages") has_messages = true, columns.messages = column;
    else if (name == "prompt") has_prompt = true, columns.prompt = {column};
    else if (name == "completion") has_completion = true, columns.completion = {column};
    else if (name == "text") has_text = true, columns.text = column;
    else return refused();
  }
  if (has_messages && pairs->size() == 1) columns.kind = RecordKind::kChat;
  else if (has_prompt && has_completion && pairs->size() == 2) columns.kind = RecordKind::kCompletion;
  else if (has_text && pairs->size() == 1) columns.kind = RecordKind::kText;
  else return refused();
  return columns;
}

std::optional<FoundColumns> find_columns(const Columns& columns, const std::function<bool(const std::string&)>& has) {
  const auto wanted = [&](RecordKind kind) { return !columns.kind || *columns.kind == kind; };
  if (wanted(RecordKind::kChat) && has(columns.messages)) {
    return FoundColumns{.kind = RecordKind::kChat, .messages = columns.messages};
  }
  const auto prompt = std::find_if(columns.prompt.begin(), columns.prompt.end(), has);
  const auto completion = std::find_if(columns.completion.begin(), columns.completion.end(), has);
  const bool is_pair = prompt != columns.prompt.end() && completion != columns.completion.end();
  if (wanted(RecordKind::kCompletion) && is_pair) {
    return FoundColumns{.kind = RecordKind::kCompletion, .prompt = *prompt, .completion = *completion};
  }
  if (wanted(RecordKind::kText) && has(columns.text)) return FoundColumns{.text = columns.text};
  return std::nullopt;
}

std::string expected_columns(const Columns& columns) {
  const std::string pair = columns.prompt.front() + " + " + columns.completion.front();
  if (!columns.kind) return columns.messages + " | " + pair + " | " + columns.text;
  switch (*columns.kind) {
    case RecordKind::kChat:
      return columns.messages;
    case RecordKind::kCompletion:
      return pair;
    case RecordKind::kText:
      break;
  }
  return columns.text;
}

Result<Labels> parse_labels(std::string_view text) {
  const auto pairs = parse_pairs(text);
  if (!pairs) return fail(ErrorKind::kUsage, msg::kBadLabels, printable(text));
  return Labels(pairs->begin(), pairs->end());
}

Result<std::string> apply_labels(const Labels& labels, std::string value) {
  if (labels.empty()) return value;
  const auto label = labels.find(value);
  if (label == labels.end()) return fail(ErrorKind::kBadInput, msg::kUnknownLabel, printable(value));
  return label->second;
}

}  // namespace ondol
