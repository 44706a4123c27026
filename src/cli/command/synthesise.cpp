// ondol synthesise TEACHER EXAMPLES… --task TEXT -o DATA.jsonl: let a teacher write training data.
#include <nlohmann/json.hpp>

#include "base/base_messages.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/data_arguments.h"
#include "cli/grammar_arguments.h"
#include "cli/pair_writing.h"
#include "cli/synthesise_messages.h"
#include "cli/template_source.h"
#include "tune/synthesis/remote_source.h"

namespace ondol::command {
namespace {

struct Args {
  std::string teacher, task, output, schema, model, chat_template, licence;
  DataArguments examples;
  int64_t n_pairs = 100, max_tokens = 512, seed = 1, timeout_s = 300;
  int n_samples = 3, n_threads = 0;
  float temperature = 0.8f;
  bool force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("TEACHER", args.teacher, help_text(msg::kSynthesiseTeacher)).required();
  options.add("EXAMPLES", args.examples.files, help_text(msg::kSynthesiseExamples)).required();
  options.add("--task", args.task, help_text(msg::kSynthesiseTask)).placeholder("TEXT|FILE").required();
  options.add("-n,--pairs", args.n_pairs, help_text(msg::kSynthesisePairs)).placeholder("N");
  options.add("-o,--output", args.output, help_text(msg::kSynthesiseOutput)).placeholder("DATA").required();
  options.add("--schema", args.schema, help_text(msg::kSynthesiseSchema)).placeholder("JSON|FILE");
  declare_data_format(options, args.examples);
  options.add("--samples", args.n_samples, help_text(msg::kSynthesiseSamples)).placeholder("K");
  options.add("--temp", args.temperature, help_text(msg::kSynthesiseTemperature)).placeholder("T");
  options.add("--max-tokens", args.max_tokens, help_text(msg::kSynthesiseTokens)).placeholder("N");
  options.add("-s,--seed", args.seed, help_text(msg::kSynthesiseSeed)).placeholder("N");
  options.add("--licence", args.licence, help_text(msg::kSynthesiseLicence)).placeholder("NAME");
  options.add("--model", args.model, help_text(msg::kSynthesiseModel)).placeholder("NAME");
  options.add("--timeout", args.timeout_s, help_text(msg::kSynthesiseTimeout)).placeholder("SECONDS");
  options.add("--chat-template", args.chat_template, format_message(msg::kChatTemplateOption, chat_template_names()))
      .placeholder("NAME|FILE");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

Status check_arguments(const Args& args) {
  TRY(check_number<int64_t>("--pairs", args.n_pairs, 1, 10'000'000));
  TRY(check_number("--samples", args.n_samples, 1, 99));
  TRY(check_number("--temp", args.temperature, 0.0f, 10.0f));
  TRY(check_number<int64_t>("--max-tokens", args.max_tokens, 1, 100'000));
  TRY(check_number<int64_t>("--timeout", args.timeout_s, 1, 24 * 3600));
  if (!args.output.ends_with(".jsonl")) return fail(ErrorKind::kUsage, msg::kSynthesiseNotJsonl, args.output);
  TRY(check_teacher(args.teacher, args.model));
  if (is_endpoint_url(args.teacher) && !args.chat_template.empty()) {
    return fail(ErrorKind::kUsage, msg::kSynthesiseForFiles, "--chat-template", args.teacher);
  }
  return ok();
}

Result<SynthesisJobOptions> job_options(const Args& args) {
  SynthesisJobOptions job{.teacher = args.teacher,
                          .endpoint_model = args.model,
                          .timeout_s = args.timeout_s,
                          .examples = args.examples.files,
                          .output = args.output,
                          .licence = args.licence,
                          .force = args.force,
                          .asked = {.n_pairs = args.n_pairs,
                                    .n_samples = args.n_samples,
                                    .max_tokens = args.max_tokens,
                                    .temperature = args.temperature,
                                    .seed = static_cast<uint64_t>(args.seed)}};
  TRY(job.asked.task, read_task_argument(args.task));
  if (!args.chat_template.empty()) { TRY(job.chat_template, chat_template_source(args.chat_template, {}, false)); }
  if (!args.schema.empty()) { TRY(job.schema, read_schema_argument(args.schema)); }
  TRY(job.file, data_file_options(args.examples));
  return job;
}

void print_counts(const Args& args, const SynthesisCounts& counts, Console& console) {
  if (args.json) {
    const nlohmann::ordered_json out = {{"output", args.output},          {"kept", counts.n_kept},
                                        {"asked", counts.n_asked},        {"duplicates", counts.n_duplicates},
                                        {"unusable", counts.n_unusable},  {"refused", counts.n_refused},
                                        {"disagreed", counts.n_disagreed}};
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return;
  }
  console.line(msg::kSynthesiseDone, args.output, counts.n_kept, counts.n_asked, counts.n_duplicates, counts.n_unusable,
               counts.n_refused, counts.n_disagreed);
}

Status run_synthesise(const Args& args, Console& console) {
  TRY(check_arguments(args));
  TRY(SynthesisJobOptions job, job_options(args));
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(const SynthesisCounts counts, write_pairs(std::move(job), *pool, msg::kSynthesiseStopped, console));
  print_counts(args, counts, console);
  return ok();
}

}  // namespace

extern constinit const Command synthesise{
    .name = "synthesise",
    .summary = msg::kSynthesiseSummary,
    .example =
        "ondol synthesise teacher.gguf examples.jsonl --task \"Say in one word what the review feels\" -o more.jsonl\n"
        "ONDOL_API_KEY=… ondol synthesise https://api.example.com/v1 examples.jsonl --model large --task task.txt\n"
        "    --schema schema.json -n 1000 -o more.jsonl",
    .define = define_with<Args, declare, run_synthesise>,
};

}  // namespace ondol::command
