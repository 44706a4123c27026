#include "cli/task_report.h"

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/grammar_arguments.h"
#include "cli/grammar_messages.h"
#include "cli/task_messages.h"
#include "cli/template_source.h"
#include "cli/text_width.h"
#include "engine/answer_format.h"
#include "measure/task_accuracy.h"

namespace ondol {
namespace {

std::string json_line(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

double percent(int64_t n, int64_t n_all) { return 100.0 * static_cast<double>(n) / static_cast<double>(n_all); }

double rate_tokens_per_s(const TaskAccuracy& accuracy) {
  return accuracy.seconds > 0 ? static_cast<double>(accuracy.n_tokens) / accuracy.seconds : 0;
}

Result<std::optional<ChatTemplate>> read_template(const TaskArguments& args, const Model& model) {
  TRY(const std::string jinja, chat_template_source(args.chat_template, model.metadata, false));
  if (jinja.empty()) return std::nullopt;
  TRY(ChatTemplate chat, ChatTemplate::parse(jinja));
  return chat;
}

void print_json(const TaskAccuracy& accuracy, const TaskArguments& args, const TaskRun& run, Console& console) {
  auto kinds = nlohmann::ordered_json::object();
  for (const TaskGroup& group : accuracy.groups)
    kinds[group.name] = {{"right", group.n_right}, {"questions", group.n_all}};
  const nlohmann::ordered_json out = {{"model", run.model},
                                      {"data", run.data},
                                      {"task", args.task},
                                      {"accuracy", accuracy.value},
                                      {"interval_95", {accuracy.interval.low, accuracy.interval.high}},
                                      {"right", accuracy.n_right},
                                      {"questions", accuracy.answers.size()},
                                      {"valid_json", accuracy.n_json},
                                      {"cut", accuracy.n_cut},
                                      {"kinds", kinds},
                                      {"tokens", accuracy.n_tokens},
                                      {"seconds", accuracy.seconds},
                                      {"tokens_per_s", rate_tokens_per_s(accuracy)}};
  console.line(json_line(out));
}

void print_table(const TaskAccuracy& accuracy, Task task, const TaskArguments& args, Console& console) {
  const auto row = [&](const std::string& label, const std::string& value) {
    console.line(pad(label, 20) + " " + value);
  };
  const int64_t n_all = std::ssize(accuracy.answers);
  row(std::string(msg::kTaskAccuracy.text()),
      format_message(msg::kTaskAccuracyValue, 100 * accuracy.value, accuracy.n_right, n_all,
                     100 * accuracy.interval.low, 100 * accuracy.interval.high));
  for (const TaskGroup& group : accuracy.groups) {
    row(format_message(msg::kTaskGroup, group.name),
        format_message(msg::kTaskGroupValue, percent(group.n_right, group.n_all), group.n_right, group.n_all));
  }
  if (task == Task::kJson) {
    row(std::string(msg::kTaskJson.text()),
        format_message(msg::kTaskGroupValue, percent(accuracy.n_json, n_all), accuracy.n_json, n_all));
  }
  row(std::string(msg::kTaskSpeed.text()),
      format_message(msg::kTaskSpeedValue, rate_tokens_per_s(accuracy), accuracy.n_tokens, accuracy.seconds));
  if (accuracy.n_cut > 0) console.note(msg::kTaskCut, accuracy.n_cut, args.max_tokens);
}

Status write_errors(const std::string& path, const std::vector<TaskCase>& cases, const TaskAccuracy& accuracy,
                    const TaskRun& run) {
  const std::string inputs[] = {run.model, run.data};
  TRY(AtomicFile file, AtomicFile::create(path, /*force=*/true, inputs));
  for (size_t i = 0; i < cases.size(); ++i) {
    const TaskCase& one = cases[i];
    if (accuracy.answers[i].is_right) continue;
    nlohmann::ordered_json out = {{"line", one.line},
                                  {"prompt", one.question.empty() ? one.prompt : one.question.back().text},
                                  {"gold", one.gold},
                                  {"answer", accuracy.answers[i].text}};
    if (!one.group.empty()) out["kind"] = one.group;
    TRY(file.write(json_line(out) + "\n"));
  }
  return file.commit();
}

}  // namespace

std::string TaskArguments::needs_task() const {
  if (!columns.empty()) return "--columns";
  if (!labels.empty()) return "--map";
  if (format != "auto") return "--format";
  if (!chat_template.empty()) return "--chat-template";
  if (!errors.empty()) return "--errors";
  if (max_tokens != TaskArguments().max_tokens) return "--predict";
  return no_schema ? "--no-schema" : "";
}

void declare_task(Options& options, TaskArguments& args) {
  options.add("--task", args.task, help_text(msg::kTaskOption)).placeholder("TASK");
  options.add("--columns", args.columns, help_text(msg::kTaskColumnsOption)).placeholder("MAP");
  options.add("--map", args.labels, help_text(msg::kTaskMapOption)).placeholder("MAP");
  options.add("--format", args.format, help_text(msg::kTaskFormatOption)).placeholder("FORMAT");
  options.add("--chat-template", args.chat_template, format_message(msg::kChatTemplateOption, chat_template_names()))
      .placeholder("NAME|FILE");
  options.add("-n,--predict", args.max_tokens, help_text(msg::kTaskPredictOption)).placeholder("N");
  options.add("--no-schema", args.no_schema, help_text(msg::kNoSchemaOption));
  options.add("--errors", args.errors, help_text(msg::kTaskErrorsOption)).placeholder("FILE");
}

Status report_task(const Model& model, ThreadPool& pool, const TaskArguments& args, const TaskRun& run,
                   Console& console) {
  TRY(const Task task, parse_task(args.task));
  if (args.max_tokens < 1) return fail(ErrorKind::kUsage, msg::kOutOfRange, "--predict", args.max_tokens, "≥ 1");
  DataFileOptions file;
  TRY(file.format, parse_data_format(args.format));
  if (!args.columns.empty()) { TRY(file.columns, parse_columns(args.columns)); }
  if (!args.labels.empty()) { TRY(file.labels, parse_labels(args.labels)); }
  TRY(const std::vector<TaskCase> cases, read_task_cases(run.data, file, task));
  TRY(const std::optional<ChatTemplate> chat, read_template(args, model));
  const auto stored = args.no_schema || task == Task::kChoice ? std::nullopt : stored_schema(model);
  TRY(const std::optional<AnswerFormat> format, read_answer_format({}, stored, model));
  if (stored) console.note(msg::kStoredSchema);
  Progress progress(std::string(msg::kTaskAnswering.text()), console.progress_style());
  TRY(const TaskAccuracy accuracy,
      measure_task(model, pool, run.data, cases,
                   {.task = task,
                    .chat = chat ? &*chat : nullptr,
                    .format = format ? &*format : nullptr,
                    .max_tokens = args.max_tokens,
                    .kv_type = run.kv_type,
                    .progress = [&](int64_t n_done, int64_t n_all) { progress.update(n_done, n_all); }}));
  if (run.json) print_json(accuracy, args, run, console);
  else print_table(accuracy, task, args, console);
  if (args.errors.empty()) return ok();
  return write_errors(args.errors, cases, accuracy, run);
}

}  // namespace ondol
