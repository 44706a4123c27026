// ondol specialise MODEL DATA… --size SIZE -o OUT.gguf: a small specialist, judged, or none.
#include <filesystem>
#include <optional>

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/data_arguments.h"
#include "cli/grammar_arguments.h"
#include "cli/shrink_messages.h"
#include "cli/specialise_messages.h"
#include "cli/task_messages.h"
#include "cli/template_source.h"
#include "cli/text_width.h"
#include "cli/tune_messages.h"
#include "cli/type_arguments.h"
#include "cli/work_line.h"
#include "recipe/specialise.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, output, size, gate, test, task, teacher, schema, chat_template, name, report, purpose = "research";
  std::optional<std::string> drop;
  std::vector<std::string> accepted, sizes;
  DataArguments data;
  TypeArguments types;
  double held_out = 0.1, epochs = 3, rate = 0, search_s = 0;
  int64_t context = 0, seed = 1, repair_steps = 120;
  int n_threads = 0;
  bool full = false, keep_vocabulary = false, resume = false, force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("DATA", args.data.files, help_text(msg::kSpecialiseDataArgument)).required();
  options.add("-o,--output", args.output, help_text(msg::kOutputOption)).placeholder("FILE").required();
  options.add("--size", args.size, help_text(msg::kShrinkSizeOption)).placeholder("SIZE").required();
  options.add("--gate", args.gate, help_text(msg::kSpecialiseGateOption)).placeholder("SHARE");
  options.add("--gate-drop", args.drop, help_text(msg::kSpecialiseDropOption)).placeholder("POINTS");
  options.add("--test", args.test, help_text(msg::kSpecialiseTestOption)).placeholder("FILE");
  options.add("--held-out", args.held_out, help_text(msg::kSpecialiseHeldOutOption)).placeholder("SHARE");
  options.add("--task", args.task, help_text(msg::kSpecialiseTaskOption)).placeholder("exact|choice|json");
  declare_data_format(options, args.data);
  options.add("--epochs", args.epochs, help_text(msg::kSpecialiseEpochsOption)).placeholder("N");
  options.add("--lr", args.rate, help_text(msg::kSpecialiseRateOption)).placeholder("RATE");
  options.add("--full", args.full, help_text(msg::kSpecialiseFullOption));
  options.add("--teacher", args.teacher, help_text(msg::kSpecialiseTeacherOption)).placeholder("MODEL");
  options.add("-c,--ctx-size", args.context, help_text(msg::kContextOption)).placeholder("N");
  options.add("-s,--seed", args.seed, help_text(msg::kTuneSeedOption)).placeholder("N");
  options.add("--purpose", args.purpose, help_text(msg::kTunePurposeOption)).placeholder("research|commercial");
  options.add("--accept-licence", args.accepted, help_text(msg::kTuneAcceptOption)).placeholder("NAME").repeatable();
  options.add("--chat-template", args.chat_template, format_message(msg::kChatTemplateOption, chat_template_names()))
      .placeholder("NAME|FILE");
  options.add("--schema", args.schema, help_text(msg::kTuneSchemaOption)).placeholder("JSON|FILE");
  options.add("--name", args.name, help_text(msg::kTuneNameOption)).placeholder("NAME");
  options.add("--keep-vocab", args.keep_vocabulary, help_text(msg::kSpecialiseKeepOption));
  declare_types(options, args.types);
  options.add("--search-time", args.search_s, help_text(msg::kShrinkTimeOption)).placeholder("SECONDS");
  options.add("--repair", args.repair_steps, help_text(msg::kSpecialiseRepairOption)).placeholder("STEPS");
  options.add("--sizes", args.sizes, help_text(msg::kSpecialiseSizesOption)).placeholder("A,B").split_at_commas();
  options.add("--report", args.report, help_text(msg::kSpecialiseReportOption)).placeholder("FOLDER");
  options.add("--resume", args.resume, help_text(msg::kSpecialiseResumeOption));
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

// "90%" or "0.9".
Result<double> parse_share(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const bool is_percent = std::string_view(end) == "%";
  const double share = is_percent ? number / 100 : number;
  const bool is_good = end != text.c_str() && (is_percent || *end == '\0') && share >= 0 && share <= 1;
  if (!is_good) return fail(ErrorKind::kUsage, msg::kGateNumber, text);
  return share;
}

Status check_arguments(const Args& args) {
  TRY(check_number("--held-out", args.held_out, 0.0, 0.5));
  TRY(check_number("--epochs", args.epochs, 0.0, 1e6));
  TRY(check_number("--lr", args.rate, 0.0, 10.0));
  TRY(check_number<int64_t>("--ctx-size", args.context, 0, int64_t{1} << 30));
  TRY(check_number("--search-time", args.search_s, 0.0, 1e7));
  return check_number<int64_t>("--repair", args.repair_steps, 0, int64_t{1} << 30);
}

Result<Gate> gate_of(const Args& args) {
  Gate gate;
  if (!args.gate.empty()) { TRY(gate.accuracy, parse_share(args.gate)); }
  if (args.drop) {
    char* end = nullptr;
    const double points = std::strtod(args.drop->c_str(), &end);
    if (args.drop->empty() || *end != '\0') return fail(ErrorKind::kUsage, msg::kGateDropNumber, *args.drop);
    TRY(check_number("--gate-drop", points, 0.0, 100.0));
    gate.drop_points = points;
  }
  return gate;
}

Result<SpecialiseOptions> specialise_options(const Args& args) {
  SpecialiseOptions options{.model = args.model, .output = args.output};
  options.field.data = args.data.files;
  TRY(options.field.file, data_file_options(args.data));
  options.field.test = args.test;
  options.field.held_out_share = args.held_out;
  if (!args.task.empty()) { TRY(options.field.task, parse_task(args.task)); }
  TRY(options.budget, parse_size_budget(args.size));
  for (const std::string& size : args.sizes) {
    TRY(const SizeBudget other, parse_size_budget(size));
    options.other_sizes.push_back(other);
  }
  TRY(options.gate, gate_of(args));
  options.full = args.full;
  options.n_epochs = args.epochs;
  options.learning_rate = args.rate;
  options.context_length = args.context;
  options.seed = static_cast<uint64_t>(args.seed);
  options.teacher = args.teacher;
  if (!args.chat_template.empty()) { TRY(options.chat_template, chat_template_source(args.chat_template, {}, false)); }
  if (!args.schema.empty()) { TRY(options.schema, read_stored_schema(args.schema)); }
  options.name = args.name;
  TRY(options.purpose, parse_purpose(args.purpose));
  options.accepted_licences = args.accepted;
  options.keep_vocabulary = args.keep_vocabulary;
  TRY(options.types, types_of(args.types));
  options.search_s = args.search_s;
  options.repair_steps = args.repair_steps;
  options.report = report_paths(args.report, args.output);
  options.resume = args.resume;
  options.force = args.force;
  return options;
}

const Message& words_of(SpecialiseStage stage) {
  switch (stage) {
    case SpecialiseStage::kAudit:
      return msg::kSpecialiseAudit;
    case SpecialiseStage::kTune:
      return msg::kSpecialiseTune;
    case SpecialiseStage::kTrim:
      return msg::kSpecialiseTrim;
    case SpecialiseStage::kShrink:
      return msg::kSpecialiseShrink;
    case SpecialiseStage::kJudge:
      return msg::kSpecialiseJudge;
    case SpecialiseStage::kWrite:
      break;
  }
  return msg::kSpecialiseWrite;
}

const Message& words_of(SpecialiseWork work) {
  switch (work) {
    case SpecialiseWork::kReading:
      return msg::kTuneReadingData;
    case SpecialiseWork::kAnswering:
      return msg::kTaskAnswering;
    case SpecialiseWork::kCalibrating:
      return msg::kCalibrating;
    case SpecialiseWork::kErrors:
      return msg::kShrinkErrors;
    case SpecialiseWork::kSensitivity:
      return msg::kShrinkSensitivity;
    case SpecialiseWork::kSearch:
      return msg::kShrinkSearch;
    case SpecialiseWork::kRepair:
      break;
  }
  return msg::kShrinkRepair;
}

// Shows on standard error how far the run has come.
class Screen {
 public:
  explicit Screen(Console& console) : console_(console) {}

  SpecialiseWatch watch() {
    return {.begins =
                [this](SpecialiseStage stage) {
                  close();
                  console_.note(msg::kSpecialiseStage, static_cast<int>(stage) + 1, kSpecialiseStages,
                                words_of(stage).text());
                },
            .progress = [this](SpecialiseWork work, int64_t n_done, int64_t n_all) { show(work, n_done, n_all); },
            .step =
                [this](const StepReport& report) {
                  line_.reset();
                  if (!steps_) steps_.emplace(console_);
                  steps_->show(report);
                },
            .note =
                [this](const std::string& remark) {
                  close();
                  if (!console_.quiet()) console_.error_line(remark);
                }};
  }
  void close() {
    line_.reset();
    steps_.reset();
  }

 private:
  void show(SpecialiseWork work, int64_t n_done, int64_t n_all) {
    steps_.reset();
    if (!line_ || work != work_ || n_done < n_done_) {
      line_.reset();
      line_.emplace(console_, help_text(words_of(work)));
    }
    work_ = work;
    n_done_ = n_done;
    line_->show(n_done, n_all);
  }

  Console& console_;
  std::optional<WorkLine> line_;
  std::optional<StepLine> steps_;
  SpecialiseWork work_ = SpecialiseWork::kReading;
  int64_t n_done_ = 0;
};

void print(const Args& args, const SpecialiseReport& report, const std::string& path, Console& console) {
  if (args.json) return console.write(report_json(report));
  const auto row = [&](const Message& label, std::string_view value) {
    console.line(pad(label.text(), 10) + " " + std::string(value));
  };
  const ModelFigures& last = report.last().figures;
  if (!report.refusal) {
    console.line(msg::kSpecialiseDone, args.output, readable_count(last.size_bytes),
                 100 * static_cast<double>(last.size_bytes) / static_cast<double>(report.original_bytes),
                 readable_bytes(report.original_bytes), last.bits_per_weight);
  }
  if (const auto& task = last.task) {
    row(msg::kSpecialiseRowAnswers,
        format_message(msg::kSpecialiseAnswers, 100 * task->value, task->n_all, 100 * task->interval.low,
                       100 * task->interval.high, 100 * report.unshrunk().figures.task->value,
                       100 * report.stages.front().figures.task->value));
  }
  if (last.kl) row(msg::kSpecialiseRowLoss, format_message(msg::kSpecialiseLoss, *last.kl));
  row(msg::kSpecialiseRowReport, path);
}

Status run_specialise(const Args& args, Console& console) {
  keep_freed_memory();
  TRY(check_arguments(args));
  TRY(const SpecialiseOptions options, specialise_options(args));
  TRY(const auto pool, make_pool(args.n_threads));
  Screen screen(console);
  const auto report = specialise(options, *pool, screen.watch());
  screen.close();
  const std::string work = specialise_work_path(args.output);
  std::error_code ignored;
  const bool leaves_work = (!report || report->refusal) && std::filesystem::exists(work, ignored);
  if (leaves_work && !report && report.error().kind == ErrorKind::kInterrupted) {
    return fail(ErrorKind::kInterrupted, msg::kSpecialiseInterrupted, work);
  }
  if (leaves_work) console.note(msg::kSpecialiseLeft, work);
  if (!report) return tl::make_unexpected(report.error());
  print(args, *report, options.report.markdown, console);
  if (report->refusal) return tl::make_unexpected(*report->refusal);
  return ok();
}

}  // namespace

extern constinit const Command specialise{
    .name = "specialise",
    .summary = msg::kSpecialiseSummary,
    .example =
        "ondol specialise model.gguf chats.jsonl --size 8M -o small.gguf\n"
        "ondol specialise model.gguf chats.jsonl --test test.jsonl --size 10% --gate 90% -o small.gguf\n"
        "ondol specialise tuned.gguf reviews.tsv --columns prompt=document,completion=label --epochs 0 --size 25% "
        "--gate-drop 1 -o small.gguf",
    .define = define_with<Args, declare, run_specialise>,
};

}  // namespace ondol::command
