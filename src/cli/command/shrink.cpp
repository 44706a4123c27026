// ondol shrink MODEL -o SMALL.gguf: the vocabulary a field needs (--vocab), fewer layers and channels (--layers,
// --ffn), then every tensor's type chosen by measured loss under a budget of bytes (--size), or what memory (--ram) and
// speed
// (--tps) leave of them.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/base_messages.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/data_arguments.h"
#include "cli/goal_arguments.h"
#include "cli/prune_arguments.h"
#include "cli/prune_messages.h"
#include "cli/shrink_messages.h"
#include "cli/text_width.h"
#include "cli/type_arguments.h"
#include "cli/vocabulary_arguments.h"
#include "cli/vocabulary_messages.h"
#include "compress/calibrate.h"
#include "compress/imatrix_file.h"
#include "compress/prune.h"
#include "compress/prune_comparison.h"
#include "compress/shrink.h"
#include "compress/vocabulary_trim.h"
#include "measure/measure_messages.h"
#include "model/import/import.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, output, size, imatrix;
  DataArguments data;
  VocabularyArguments vocabulary;
  PruneArguments prune;
  GoalArguments goal;
  int64_t context_length = 0;  // of the goal
  TypeArguments types;
  double search_s = 0, repair_rate = 3e-4;
  int64_t repair_steps = 0;
  int n_threads = 0;
  bool force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("-o,--output", args.output, help_text(msg::kOutputOption)).placeholder("FILE").required();
  options.add("--size", args.size, help_text(msg::kShrinkSizeOption)).placeholder("SIZE");
  declare_goal(options, args.goal);
  options.add("-c,--ctx-size", args.context_length, help_text(msg::kShrinkContextOption)).placeholder("N");
  options.add("--text", args.data.files, help_text(msg::kShrinkTextOption)).placeholder("FILE");
  declare_vocabulary(options, args.vocabulary);
  declare_prune(options, args.prune);
  declare_data_format(options, args.data);
  options.add("--imatrix", args.imatrix, help_text(msg::kShrinkImatrixOption)).placeholder("FILE");
  declare_types(options, args.types);
  options.add("--search-time", args.search_s, help_text(msg::kShrinkTimeOption)).placeholder("SECONDS");
  options.add("--repair", args.repair_steps, help_text(msg::kShrinkRepairOption)).placeholder("STEPS");
  options.add("--repair-lr", args.repair_rate, help_text(msg::kShrinkRepairRateOption)).placeholder("RATE");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

// The examples in three parts: half for calibrating, a quarter to choose by, a quarter to judge by.
struct Parts {
  std::vector<Example> calibration, search, test;
};
Parts divide(std::vector<Example> examples) {
  Parts parts;
  for (size_t i = 0; i < examples.size(); ++i) {
    auto& part = i % 4 == 1 ? parts.search : i % 4 == 3 ? parts.test : parts.calibration;
    part.push_back(std::move(examples[i]));
  }
  if (parts.search.empty()) parts.search = parts.calibration;
  return parts;
}

Result<Importance> importance_for(const Args& args, const Model& model, const Checkpoint& checkpoint, ThreadPool& pool,
                                  std::span<const Example> examples, Console& console) {
  if (!args.imatrix.empty()) {
    TRY(ImatrixFile file, read_imatrix(args.imatrix));
    TRY(check_belongs(args.imatrix, file.importance, checkpoint));
    return std::move(file.importance);
  }
  constexpr int64_t kChunks = 200;
  Progress progress(std::string(msg::kCalibrating.text()), console.progress_style());
  TRY(CalibrationResult result, calibrate(model, checkpoint, pool, examples, {.max_chunks = kChunks}, {},
                                          [&](const Importance& so_far, int64_t n_chunks) -> Status {
                                            progress.update(so_far.n_chunks, n_chunks);
                                            return ok();
                                          }));
  note_foreign_text(result.loss.mean(), model, console);
  return std::move(result.importance);
}

std::string_view name_of(ShrinkStage stage) {
  switch (stage) {
    case ShrinkStage::kMoments:
      return msg::kCalibrating.text();
    case ShrinkStage::kErrors:
      return msg::kShrinkErrors.text();
    case ShrinkStage::kSensitivity:
      return msg::kShrinkSensitivity.text();
    case ShrinkStage::kRepair:
      return msg::kShrinkRepair.text();
    case ShrinkStage::kSearch:
      break;
  }
  return msg::kShrinkSearch.text();
}

std::string_view name_of(PruneStage stage) {
  switch (stage) {
    case PruneStage::kLayers:
      return msg::kPruneLayersStage.text();
    case PruneStage::kRepair:
      return msg::kShrinkRepair.text();
    case PruneStage::kCalibration:
      break;
  }
  return msg::kCalibrating.text();
}

// A bar for each stage in turn.
template <class Stage>
auto bars(Console& console) {
  return [&console, bar = std::shared_ptr<Progress>(), last = std::optional<Stage>()](Stage now, int64_t n_done,
                                                                                      int64_t n_all) mutable {
    if (last != now) {
      bar = std::make_shared<Progress>(std::string(name_of(now)), console.progress_style());
      last = now;
    }
    bar->update(n_done, n_all);
  };
}

template <class Row>
void print_loss(const ShrinkReport& report, Row&& row) {
  row(msg::kShrinkRowLoss, std::isnan(report.test_divergence)
                               ? format_message(msg::kShrinkRowLossOwnValue, report.divergence, report.first_divergence)
                               : format_message(msg::kShrinkRowLossValue, report.test_divergence, report.divergence,
                                                report.first_divergence));
  if (report.test_divergence < report.unrepaired_test_divergence) {
    row(msg::kShrinkRowRepair, format_message(msg::kShrinkRowRepairValue, report.unrepaired_test_divergence,
                                              100 * (1 - report.test_divergence / report.unrepaired_test_divergence)));
  }
}

// What was pruned, and how it compares.
struct Pruning {
  const PruneReport& report;
  const PruneComparison& comparison;
};

void print(const Args& args, const ShrinkReport& report, const TrimReport* trim, const Pruning* pruning,
           Console& console) {
  struct Sum {
    int64_t n_tensors = 0, n_weights = 0, size_bytes = 0;
  };
  std::map<std::string, Sum> sums;
  int64_t n_weights = 0;
  for (const ShrunkTensor& tensor : report.tensors) {
    Sum& sum = sums[tensor.type.name()];
    ++sum.n_tensors;
    sum.n_weights += tensor.n_weights;
    sum.size_bytes += tensor.size_bytes;
    n_weights += tensor.n_weights;
  }
  const double bits = 8 * static_cast<double>(report.size_bytes) / static_cast<double>(n_weights);
  if (args.json) {
    nlohmann::ordered_json types, tensors;
    for (const auto& [name, sum] : sums) types[name] = {{"tensors", sum.n_tensors}, {"bytes", sum.size_bytes}};
    for (const ShrunkTensor& tensor : report.tensors) tensors[tensor.name] = tensor.type.name();
    const auto number = [](double x) { return std::isnan(x) ? nlohmann::ordered_json() : nlohmann::ordered_json(x); };
    nlohmann::ordered_json out = {{"output", args.output},
                                  {"bytes", report.size_bytes},
                                  {"budget_bytes", report.budget_bytes},
                                  {"original_bytes", report.original_bytes},
                                  {"bits_per_weight", bits},
                                  {"kl",
                                   {{"test", number(report.test_divergence)},
                                    {"test_unrepaired", number(report.unrepaired_test_divergence)},
                                    {"search", report.divergence},
                                    {"first", report.first_divergence}}},
                                  {"measured", report.n_measured},
                                  {"types", types},
                                  {"tensors", tensors}};
    if (trim != nullptr) out["vocabulary"] = trim_json(*trim);
    if (pruning != nullptr) out["pruning"] = prune_json(pruning->report, pruning->comparison);
    return console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  if (trim != nullptr) print_trim(*trim, console);
  const auto row = [&](const Message& label, std::string_view value) {
    console.line(pad(label.text(), 10) + " " + std::string(value));
  };
  row(msg::kShrinkRowSize,
      format_message(msg::kShrinkRowSizeValue, readable_count(report.size_bytes), readable_count(report.budget_bytes),
                     100 * static_cast<double>(report.size_bytes) / static_cast<double>(report.original_bytes),
                     readable_bytes(report.original_bytes), bits));
  if (pruning == nullptr) print_loss(report, row);
  std::string types;
  for (const auto& [name, sum] : sums) {
    types +=
        fmt::format("{}{} x {} ({})", types.empty() ? "" : ", ", sum.n_tensors, name, readable_bytes(sum.size_bytes));
  }
  row(msg::kShrinkRowTypes, types);
  if (pruning != nullptr) print_prune(pruning->report, pruning->comparison, console);
}

// After trimming or pruning alone.
void print_unquantised(const Args& args, int64_t size_bytes, const TrimReport* trim, const Pruning* pruning,
                       Console& console) {
  if (!args.json) {
    if (trim != nullptr) print_trim(*trim, console);
    if (pruning != nullptr) print_prune(pruning->report, pruning->comparison, console);
    return;
  }
  nlohmann::ordered_json out = {{"output", args.output}, {"bytes", size_bytes}};
  if (trim != nullptr) out["vocabulary"] = trim_json(*trim);
  if (pruning != nullptr) out["pruning"] = prune_json(pruning->report, pruning->comparison);
  console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::vector<std::string> inputs_of(const Args& args) {
  std::vector<std::string> inputs = args.data.files;
  inputs.insert(inputs.end(), args.vocabulary.corpus.begin(), args.vocabulary.corpus.end());
  if (!args.imatrix.empty()) inputs.push_back(args.imatrix);
  return inputs;
}

// The whole file's bytes with which the model keeps to --ram and --tps, on a full context with f16 keys and values.
Result<SizeBudget> budget_for_goal(const Args& args, const Checkpoint& checkpoint, ThreadPool& pool, Console& console) {
  TRY(const std::optional<Device> given, read_device(args.goal));
  TRY(const Goal goal, read_goal(args.goal, given ? given->ram_bytes : 0));
  TRY(const Model outline, outline_model(checkpoint, args.model));
  PlannedRun run{.context_length = args.context_length, .n_threads = given ? given->n_cores : pool.n_threads()};
  if (run.context_length == 0) run.context_length = default_context_length(outline);
  run.n_prompt = run.context_length - 1;
  run.n_predict = 1;
  TRY(const MemoryPlan memory, plan_memory(checkpoint, outline, run));
  SpeedPlan speed;
  if (goal.tokens_per_s > 0) {
    Device device = given.value_or(Device{});
    if (!given) { TRY(device, probe_device(pool)); }
    speed = estimate_speed(outline, run, device);
  }
  // Of a file that is yet to be written its header is left out: a little less is on the safe side.
  int64_t file_bytes = 0;
  for (const NamedTensor& tensor : checkpoint.tensors) file_bytes += tensor.view.size_bytes();
  const auto fitting = fitting_file_bytes(outline, run, memory, speed, goal, file_bytes);
  if (!fitting) return fail(ErrorKind::kBadInput, msg::kShrinkGoalTooHigh, args.model, run.context_length);
  console.note(msg::kShrinkGoalSize, readable_count(*fitting), run.context_length);
  return SizeBudget{.size_bytes = *fitting};
}

// The text to measure by, as `model` reads it.
Result<Parts> read_parts(const Args& args, const Model& model, ThreadPool& pool, Console& console) {
  if (!model.tokenizer) return fail(ErrorKind::kBadInput, msg::kNoTokenizer, args.model);
  TRY(Dataset data, examples_or_default(args.data, model, pool, console));
  const int64_t n_examples = std::ssize(data.train);
  Parts parts = divide(std::move(data.train));
  if (parts.test.empty()) console.note(msg::kShrinkNoTest, n_examples);
  return parts;
}

// Chooses the types of `original`, which `checkpoint` holds to load, and writes it.
Result<ShrinkReport> write_within_size(const Args& args, const ShrinkOptions& options, const ImportedModel& original,
                                       const Checkpoint& checkpoint, ThreadPool& pool, Console& console) {
  TRY(const Model model, load_model(checkpoint, args.model, pool, {.low_memory = true}));
  TRY(const Parts parts, read_parts(args, model, pool, console));
  TRY(const Importance importance, importance_for(args, model, checkpoint, pool, parts.calibration, console));
  return shrink(args.output, original, args.model, importance, {parts.calibration, parts.search, parts.test}, options,
                pool, {.force = args.force, .inputs = inputs_of(args)}, bars<ShrinkStage>(console));
}

bool quantises(const Args& args) { return !args.size.empty() || args.goal.is_given(); }

// Prunes `original`, which `checkpoint` holds to load, and writes it, quantised or not.
Status write_pruned(const Args& args, ShrinkOptions options, const ImportedModel& original,
                    const Checkpoint& checkpoint, const TrimReport* trim, ThreadPool& pool, Console& console) {
  TRY(PruneOptions prune, prune_options(args.prune, original, args.model));
  prune.repair = options.repair;
  if (!prune.repair) console.note(msg::kPruneNoRepair);
  Parts parts;
  {
    TRY(const Model model, load_model(checkpoint, args.model, pool, {.low_memory = true}));
    TRY(parts, read_parts(args, model, pool, console));
  }
  const ShrinkTexts texts{parts.calibration, parts.search, parts.test};
  TRY(const PrunedModel pruned, prune_by_loss(original, args.model, texts, prune, pool, bars<PruneStage>(console)));
  if (args.goal.is_given()) { TRY(options.budget, budget_for_goal(args, pruned.model.description(), pool, console)); }
  TRY(const PrunedFile file,
      compare_pruned(original, pruned, args.model, texts, options, quantises(args), pool, bars<ShrinkStage>(console)));
  TRY(file.write(args.output, pool, {.force = args.force, .inputs = inputs_of(args)}));
  if (prune.n_layers > 0 && lists_windows(pruned.model)) console.note(msg::kPruneWindows, args.output);
  const Pruning pruning{pruned.report, file.comparison};
  if (file.shrunk) {
    print(args, file.shrunk->report, trim, &pruning, console);
  } else {
    print_unquantised(args, file.comparison.pruned.size_bytes, trim, &pruning, console);
  }
  return ok();
}

Status check_usage(const Args& args) {
  if (!quantises(args) && args.vocabulary.corpus.empty() && !args.prune.is_given()) {
    return fail(ErrorKind::kUsage, msg::kShrinkNothingAsked);
  }
  if (args.prune.is_given() && !args.imatrix.empty()) return fail(ErrorKind::kUsage, msg::kPruneImatrix);
  if (!args.size.empty() && args.goal.is_given()) return fail(ErrorKind::kUsage, msg::kShrinkSizeOrGoal);
  if (!args.goal.is_given() && (!args.goal.device.empty() || args.context_length != 0)) {
    return fail(ErrorKind::kUsage, msg::kShrinkGoalAlone);
  }
  TRY(check_goal(args.goal));
  if (args.vocabulary.corpus.empty() && !args.vocabulary.tokenizer_json.empty()) {
    return fail(ErrorKind::kUsage, msg::kTokenizerJsonAlone);
  }
  return ok();
}

Status run_shrink(const Args& args, Console& console) {
  TRY(check_usage(args));
  ShrinkOptions options;
  if (!args.size.empty()) { TRY(options.budget, parse_size_budget(args.size)); }
  TRY(options.types, types_of(args.types));
  TRY(check_number("--search-time", args.search_s, 0.0, 1e7));
  TRY(check_number<int64_t>("--repair", args.repair_steps, 0, int64_t{1} << 30));
  TRY(check_number("--repair-lr", args.repair_rate, 0.0, 1.0));
  options.search_s = args.search_s;
  if (args.repair_steps > 0) {
    options.repair = RepairOptions{.n_steps = args.repair_steps, .learning_rate = args.repair_rate};
  }
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(ImportedModel model, import_model(args.model, ""));

  std::optional<TrimReport> trim;
  std::unique_ptr<AtomicFile> tokenizer_file;
  if (!args.vocabulary.corpus.empty()) {
    TRY(TrimmedModel trimmed, trim_by_corpus(args.vocabulary, args.data, model, console));
    trim = std::move(trimmed.report);
    model = std::move(trimmed.model);
    TRY(tokenizer_file, begin_tokenizer_json(args.vocabulary, model, args.force));
  }
  if (!quantises(args) && !args.prune.is_given()) {
    TRY(write_model(args.output, model, std::nullopt, *pool, {.force = args.force, .inputs = inputs_of(args)}));
    print_unquantised(args, trim->bytes_after, &*trim, nullptr, console);
  } else {
    TRY(Checkpoint checkpoint, open_checkpoint(args.model));
    if (trim) { TRY(checkpoint, trimmed_checkpoint(model, checkpoint)); }
    const TrimReport* trimmed = trim ? &*trim : nullptr;
    if (args.prune.is_given()) {
      TRY(write_pruned(args, options, model, checkpoint, trimmed, *pool, console));
    } else {
      if (args.goal.is_given()) { TRY(options.budget, budget_for_goal(args, checkpoint, *pool, console)); }
      TRY(const ShrinkReport report, write_within_size(args, options, model, checkpoint, *pool, console));
      print(args, report, trimmed, nullptr, console);
    }
  }
  if (tokenizer_file) TRY(tokenizer_file->commit());
  return ok();
}

}  // namespace

extern constinit const Command shrink{
    .name = "shrink",
    .summary = msg::kShrinkSummary,
    .example =
        "ondol shrink model.gguf --size 25% --text field.txt -o small.gguf\n"
        "ondol shrink model.gguf --size 300M --text chats.jsonl --compat -o small.gguf\n"
        "ondol shrink model.gguf --ram 600M --tps 10 --device phone.json --text field.txt -o small.gguf\n"
        "ondol shrink model.gguf --vocab field.txt chats.jsonl -o small.gguf\n"
        "ondol shrink model.gguf --layers 75% --ffn 75% --repair 500 --size 20% --text field.txt -o small.gguf",
    .define = define_with<Args, declare, run_shrink>,
};

}  // namespace ondol::command
