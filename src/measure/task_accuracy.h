// Task accuracy: how many questions a model answers right.
//
// Answers are greedy and held to the format that `ondol run` holds them to; a choice is the given answer, with the
// token that ends it, of the highest likelihood.  Several questions are answered at once; what one says does not depend
// on the others.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/constraint.h"
#include "engine/engine.h"
#include "measure/bootstrap.h"
#include "measure/task_cases.h"

namespace ondol {

struct TaskOptions {
  Task task = Task::kExact;
  const ChatTemplate* chat = nullptr;    // how the model is asked; null: it completes text
  const AnswerFormat* format = nullptr;  // what answers are held to; not of kChoice
  int64_t max_tokens = 512;              // of an answer; a longer one is cut and so most likely wrong
  KvType kv_type = KvType::kF16;
  // Receives questions answered and all; may be null.
  std::function<void(int64_t n_done, int64_t n_all)> progress = nullptr;
};

struct TaskAnswer {
  std::string text;
  bool is_right = false;
  bool is_json = false;  // the text is one JSON value
};

struct TaskGroup {
  std::string name;
  int64_t n_right = 0, n_all = 0;
};

struct TaskAccuracy {
  std::vector<TaskAnswer> answers;  // one for each case, in order
  int64_t n_right = 0, n_json = 0, n_cut = 0;
  double value = 0;               // n_right of all
  Interval interval;              // of it, 95 %
  std::vector<TaskGroup> groups;  // by name; empty where no case has one
  int64_t n_tokens = 0;           // that were generated, or whose likelihood was taken
  double seconds = 0;
};

// There is at least one case.  `data` names their file in errors.  Fails with kBadInput, naming the line, when the
// template refuses a question, a chat meets a model without a template or a prompt is longer than the context; or as
// Streams and Engine do.
Result<TaskAccuracy> measure_task(const Model& model, ThreadPool& pool, const std::string& data,
                                  const std::vector<TaskCase>& cases, const TaskOptions& options);

}  // namespace ondol
