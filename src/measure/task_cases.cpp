#include "measure/task_cases.h"

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "grammar/json_value.h"
#include "measure/measure_messages.h"

namespace ondol {
namespace {

struct TaskName {
  std::string_view name;
  Task task;
};
constexpr TaskName kTaskNames[] = {{"exact", Task::kExact}, {"choice", Task::kChoice}, {"json", Task::kJson}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);  // npos + 1 is 0
}

Result<TaskCase> case_of(Record record, Task task) {
  TaskCase one{.line = record.line, .tools = std::move(record.tools), .group = std::move(record.group)};
  switch (record.kind) {
    case RecordKind::kText:
      return fail(ErrorKind::kBadInput, msg::kCaseWithoutAnswer);
    case RecordKind::kChat:
      if (!record.messages.back().tool_calls.empty()) return fail(ErrorKind::kBadInput, msg::kCaseToolCall);
      one.gold = std::move(record.messages.back().text);
      record.messages.pop_back();
      one.question = std::move(record.messages);
      break;
    case RecordKind::kCompletion:
      one.gold = std::move(record.completion);
      one.question = {{Role::kUser, record.prompt}};
      one.prompt = std::move(record.prompt);
  }
  if (trimmed(one.gold).empty()) return fail(ErrorKind::kBadInput, msg::kCaseWithoutAnswer);
  if (task == Task::kJson && !parse_json(one.gold)) {
    return fail(ErrorKind::kBadInput, msg::kCaseNotJson, printable(one.gold));
  }
  if (task == Task::kChoice) one.choices = std::move(record.choices);
  const auto is_gold = [&](const std::string& choice) { return is_right(task, choice, one.gold); };
  if (!one.choices.empty() && std::none_of(one.choices.begin(), one.choices.end(), is_gold)) {
    return fail(ErrorKind::kBadInput, msg::kCaseNoChoice, printable(one.gold));
  }
  return one;
}

}  // namespace

Result<Task> parse_task(std::string_view name) {
  for (const auto& [known, task] : kTaskNames) {
    if (known == name) return task;
  }
  return fail(ErrorKind::kUsage, msg::kNoSuchTask, printable(name));
}

std::string_view name_of(Task task) {
  for (const auto& known : kTaskNames) {
    if (known.task == task) return known.name;
  }
  return {};
}

bool is_right(Task task, std::string_view answer, std::string_view gold) {
  if (task != Task::kJson) return trimmed(answer) == trimmed(gold);
  const auto found = parse_json(answer), wanted = parse_json(gold);
  return found && wanted && canonical_json(*found) == canonical_json(*wanted);
}

Result<std::vector<TaskCase>> read_task_cases(const std::string& path, const DataFileOptions& options, Task task) {
  std::vector<TaskCase> cases;
  const auto take = [&](Record record) -> Status {
    TRY(TaskCase one, case_of(std::move(record), task));
    cases.push_back(std::move(one));
    return ok();
  };
  TRY(read_data_file(path, options, {.take = take, .progress = nullptr}));
  if (cases.empty()) return fail(ErrorKind::kBadInput, msg::kNoCases, path);
  if (task != Task::kChoice) return cases;

  std::set<std::string> all;
  for (const TaskCase& one : cases) all.insert(std::string(trimmed(one.gold)));
  for (TaskCase& one : cases) {
    if (one.choices.empty()) one.choices.assign(all.begin(), all.end());
    if (std::ssize(one.choices) > kMaxChoices) {
      return fail(ErrorKind::kBadInput, msg::kTooManyChoices, path, one.line, one.choices.size(), kMaxChoices);
    }
  }
  return cases;
}

}  // namespace ondol
