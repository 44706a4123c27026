// ondol eval MODEL TEXT [--against REFERENCE | --task TASK]: how well a model predicts a text, how far it is from
// another, or how many questions it answers right.
#include <nlohmann/json.hpp>

#include "cli/adapter_arguments.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/task_messages.h"
#include "cli/task_report.h"
#include "cli/text_width.h"
#include "measure/divergence.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, text, against, kv_type;
  std::vector<std::string> lora;
  int64_t window_length = 0;
  int n_threads = 0;
  bool low_memory = false, json = false;
  TaskArguments task;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("TEXT", args.text, help_text(msg::kEvalTextArgument)).required();
  options.add("--against", args.against, help_text(msg::kAgainstOption)).placeholder("MODEL");
  options.add("-c,--ctx-size", args.window_length, help_text(msg::kWindowOption)).placeholder("N");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  declare_lora(options, args.lora);
  options.add("--low-memory", args.low_memory, help_text(msg::kLowMemoryOption));
  options.add("--kv-type", args.kv_type, help_text(msg::kEvalKvOption)).placeholder("TYPE");
  declare_task(options, args.task);
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

void row(Console& console, const Message& label, std::string_view value) {
  console.line(pad(label.text(), 20) + " " + std::string(value));
}

std::string with_error(double value, double error) { return fmt::format("{:.4f} ± {:.4f}", value, error); }

void print(const Perplexity& p, const Args& args, Console& console) {
  if (args.json) {
    const nlohmann::ordered_json out = {{"model", args.model},
                                        {"text", args.text},
                                        {"perplexity", p.value},
                                        {"perplexity_error", p.value_error},
                                        {"bits_per_byte", p.bits_per_byte},
                                        {"bits_per_byte_error", p.bits_per_byte_error},
                                        {"tokens", p.n_tokens},
                                        {"scored_tokens", p.n_scored},
                                        {"bytes", p.n_bytes},
                                        {"windows", p.n_windows},
                                        {"window_tokens", p.window_length},
                                        {"bos", p.leads_with_bos},
                                        {"kv_type", args.kv_type}};
    return console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  row(console, msg::kEvalPerplexity, with_error(p.value, p.value_error));
  row(console, msg::kEvalBitsPerByte, with_error(p.bits_per_byte, p.bits_per_byte_error));
  row(console, msg::kEvalText,
      format_message(msg::kEvalTextValue, readable_count(p.n_scored), readable_count(p.n_bytes)));
  row(console, msg::kEvalWindows,
      format_message(msg::kEvalWindowsValue, p.n_windows, p.window_length,
                     (p.leads_with_bos ? msg::kEvalWithBos : msg::kEvalWithoutBos).text(), args.kv_type));
}

void print(const Divergence& d, const Args& args, Console& console) {
  if (args.json) {
    const nlohmann::ordered_json out = {
        {"model", args.model},
        {"against", args.against},
        {"text", args.text},
        {"kl", {{"mean", d.mean}, {"mean_error", d.mean_error}, {"median", d.median}, {"p99", d.p99}, {"max", d.max}}},
        {"top1_agreement", d.top1_agreement},
        {"top1_agreement_error", d.top1_error},
        {"perplexity", d.perplexity},
        {"reference_perplexity", d.reference_perplexity},
        {"positions", d.n_positions},
        {"window_tokens", d.window_length},
        {"kv_type", args.kv_type}};
    return console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  row(console, msg::kEvalKl,
      format_message(msg::kEvalKlValue, fmt::format("{:.6g}", d.mean), fmt::format("{:.2g}", d.mean_error)));
  row(console, msg::kEvalKlMedian, fmt::format("{:.6g}", d.median));
  row(console, msg::kEvalKlP99, fmt::format("{:.6g}", d.p99));
  row(console, msg::kEvalKlMax, fmt::format("{:.6g}", d.max));
  row(console, msg::kEvalTop1, fmt::format("{:.2f} ± {:.2f} %", 100 * d.top1_agreement, 100 * d.top1_error));
  row(console, msg::kEvalPerplexity, fmt::format("{:.4f}", d.perplexity));
  row(console, msg::kEvalReferencePerplexity, fmt::format("{:.4f}", d.reference_perplexity));
  row(console, msg::kEvalPositions, readable_count(d.n_positions));
}

Status check_task_options(const Args& args) {
  if (args.task.task.empty()) {
    const std::string option = args.task.needs_task();
    return option.empty() ? ok() : fail(ErrorKind::kUsage, msg::kNeedsTask, option);
  }
  if (!args.against.empty()) return fail(ErrorKind::kUsage, msg::kNotWithTask, "--against");
  if (args.window_length != 0) return fail(ErrorKind::kUsage, msg::kNotWithTask, "--ctx-size");
  return ok();
}

Status run_eval(const Args& given, Console& console) {
  Args args = given;
  const bool is_task = !args.task.task.empty();
  TRY(check_task_options(args));
  // The text's figures are the weights' alone; a task is done as `run` does it.
  if (args.kv_type.empty()) args.kv_type = is_task ? "f16" : "f32";
  TRY(const KvType kv_type, parse_kv_type(args.kv_type));
  if (args.window_length < 0) return fail(ErrorKind::kUsage, msg::kOutOfRange, "--ctx-size", args.window_length, "≥ 2");
  std::string text;
  if (!is_task) { TRY(text, read_text_file(args.text)); }
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(Model model, load_model_with_tokenizer(args.model, *pool, {.low_memory = args.low_memory}));
  TRY(add_lora(args.lora, model));
  if (is_task) {
    return report_task(model, *pool, args.task,
                       {.model = args.model, .data = args.text, .kv_type = kv_type, .json = args.json}, console);
  }
  const EvalOptions options{args.window_length, kv_type};
  Progress progress(std::string(msg::kMeasuring.text()), console.progress_style());
  const auto show_progress = [&](int64_t n_done, int64_t n_all) { progress.update(n_done, n_all); };
  if (args.against.empty()) {
    TRY(const Perplexity perplexity, measure_perplexity(model, *pool, text, options, show_progress));
    print(perplexity, args, console);
    return ok();
  }
  TRY(const Model reference, load_model_with_tokenizer(args.against, *pool, {.low_memory = args.low_memory}));
  TRY(const Divergence divergence, measure_divergence(model, reference, *pool, text, options, show_progress));
  print(divergence, args, console);
  return ok();
}

}  // namespace

extern constinit const Command eval{
    .name = "eval",
    .summary = msg::kEvalSummary,
    .example =
        "ondol eval model.gguf text.txt\n"
        "ondol eval small.gguf text.txt --against model.gguf\n"
        "ondol eval model.gguf questions.jsonl --task json --errors wrong.jsonl",
    .define = define_with<Args, declare, run_eval>,
};

}  // namespace ondol::command
