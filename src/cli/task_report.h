// What `eval --task` reads and shows: the questions of a data file and how many a model answers right.
#pragma once

#include <optional>
#include <string>

#include "base/thread_pool.h"
#include "cli/console.h"
#include "cli/options.h"
#include "model/model.h"

namespace ondol {

struct TaskArguments {
  std::string task;  // "": none
  std::string columns, labels, format = "auto", chat_template, errors;
  int64_t max_tokens = 512;
  bool no_schema = false;

  // The name of an option that says nothing without --task, or "".
  std::string needs_task() const;
};

void declare_task(Options& options, TaskArguments& args);

// What else the command line says.
struct TaskRun {
  std::string model, data;
  KvType kv_type = KvType::kF16;
  bool json = false;
};

// Measures and prints.  Fails as read_task_cases() and measure_task(), or when the errors cannot be written.
Status report_task(const Model& model, ThreadPool& pool, const TaskArguments& args, const TaskRun& run,
                   Console& console);

}  // namespace ondol
