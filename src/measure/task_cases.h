// Cases of a task: questions with the answers that are right.
#pragma once

#include <string>
#include <vector>

#include "measure/records/data_file.h"

namespace ondol {

enum class Task {
  kExact,   // the answer's text
  kChoice,  // the likeliest of given answers
  kJson,    // the JSON value of the answer
};

// "exact", "choice" or "json".  Fails with kUsage.
Result<Task> parse_task(std::string_view name);
std::string_view name_of(Task task);

struct TaskCase {
  int64_t line = 0;                     // of the data file
  std::vector<ChatMessage> question{};  // of a model with a chat template
  std::string tools{};                  // JSON list as in OpenAI's "tools"; "" for none
  std::string prompt{};                 // of a model that completes text; "" where the file has chats
  std::string gold{};                   // the right answer
  std::string group{};                  // what it is counted under; "" for none
  std::vector<std::string> choices{};   // of kChoice: all answers there are, gold among them
};

// Reads a data file of chats, whose last message is the right answer, or of prompts and answers.  Where a line names no
// choices they are all the answers of the file.  Fails as read_data_file(): a line without an answer, an answer that is
// empty or, of kJson, no JSON, or is not among its choices is a bad line; or with kBadInput when there are no cases, or
// more than kMaxChoices answers to choose from.
Result<std::vector<TaskCase>> read_task_cases(const std::string& path, const DataFileOptions& options, Task task);

inline constexpr int64_t kMaxChoices = 64;

// Whether `answer` is right: for kJson the same JSON value (numbers by value, members in any order), else the same text
// but for white space around it.
bool is_right(Task task, std::string_view answer, std::string_view gold);

}  // namespace ondol
