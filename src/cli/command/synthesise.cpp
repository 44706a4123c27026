// ondol synthesise TEACHER EXAMPLES… --task TEXT -o DATA.jsonl: let a teacher write training data.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/base_messages.h"
#include "base/interrupt.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/grammar_arguments.h"
#include "cli/synthesise_messages.h"
#include "cli/template_source.h"
#include "tune/synthesis/local_source.h"
#include "tune/synthesis/remote_source.h"
#include "tune/synthesis/synthesis.h"
#include "tune/synthesis/synthesis_card.h"

namespace ondol::command {
namespace {

namespace fs = std::filesystem;

struct Args {
  std::string teacher, task, output, schema, model, chat_template, licence;
  std::vector<std::string> examples;
  int64_t n_pairs = 100, max_tokens = 512, seed = 1, timeout_s = 300;
  int n_samples = 3, n_threads = 0;
  float temperature = 0.8f;
  bool force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("TEACHER", args.teacher, help_text(msg::kSynthesiseTeacher)).required();
  options.add("EXAMPLES", args.examples, help_text(msg::kSynthesiseExamples)).required();
  options.add("--task", args.task, help_text(msg::kSynthesiseTask)).placeholder("TEXT|FILE").required();
  options.add("-n,--pairs", args.n_pairs, help_text(msg::kSynthesisePairs)).placeholder("N");
  options.add("-o,--output", args.output, help_text(msg::kSynthesiseOutput)).placeholder("DATA").required();
  options.add("--schema", args.schema, help_text(msg::kSynthesiseSchema)).placeholder("JSON|FILE");
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
  const bool is_remote = is_endpoint_url(args.teacher);
  if (is_remote) TRY(check_endpoint_url(args.teacher));
  if (!is_remote && !args.model.empty()) {
    return fail(ErrorKind::kUsage, msg::kSynthesiseForEndpoints, "--model", args.teacher);
  }
  if (is_remote && !args.chat_template.empty()) {
    return fail(ErrorKind::kUsage, msg::kSynthesiseForFiles, "--chat-template", args.teacher);
  }
  return ok();
}

Result<std::string> read_task(const Args& args) {
  std::error_code ignored;
  std::string task = args.task;
  if (fs::exists(args.task, ignored)) { TRY(task, read_text_file(args.task)); }
  if (task.find_first_not_of(" \t\r\n") == std::string::npos) return fail(ErrorKind::kUsage, msg::kSynthesiseNoTask);
  return task;
}

// A teacher, with all it stands on, and what its card says.
struct LoadedTeacher {
  std::unique_ptr<ThreadPool> pool;
  std::optional<Model> model;
  std::optional<ChatTemplate> chat;
  std::unique_ptr<TextSource> source;
  DataCard card;
};

Status load_file(const Args& args, LoadedTeacher& teacher) {
  TRY(teacher.pool, make_pool(args.n_threads));
  TRY(teacher.model, load_model_with_tokenizer(args.teacher, *teacher.pool));
  const Metadata& metadata = teacher.model->metadata;
  TRY(const std::string jinja, chat_template_source(args.chat_template, metadata, false));
  if (jinja.empty()) {
    return fail(ErrorKind::kBadInput, msg::kSynthesiseNoTemplate, args.teacher, chat_template_names());
  }
  TRY(teacher.chat, ChatTemplate::parse(jinja));
  TRY(teacher.source, LocalSource::create(*teacher.model, *teacher.chat, *teacher.pool));
  teacher.card = {.name = std::string(metadata.get_string("general.name").value_or("")),
                  .licence = std::string(metadata.get_string("general.license").value_or(""))};
  if (teacher.card.name.empty()) teacher.card.name = fs::path(args.teacher).filename();
  return ok();
}

Status start_remote(const Args& args, LoadedTeacher& teacher, Console& console) {
  const std::string program = remote_program();
  console.error_line(format_message(msg::kSynthesiseRemote, program, args.teacher));
  TRY(teacher.source,
      RemoteSource::start(program, {.url = args.teacher, .model = args.model, .timeout_s = args.timeout_s}));
  teacher.card = {.name = args.model.empty() ? args.teacher : args.model, .source = args.teacher};
  return ok();
}

// The files of the result, held from the beginning, so that hours of work do not end before a name that is taken.
struct Output {
  AtomicFile data, card;
};

Result<Output> open_output(const Args& args) {
  TRY(AtomicFile data, AtomicFile::create(args.output, args.force, args.examples));
  TRY(AtomicFile card, AtomicFile::create(synthesis_card_path(args.output), args.force, args.examples));
  return Output{std::move(data), std::move(card)};
}

Status write_output(Output& output, const std::vector<Pair>& pairs, const std::string& card) {
  for (const Pair& pair : pairs) TRY(output.data.write(chat_line(pair) + "\n"));
  TRY(output.card.write(card));
  TRY(output.card.commit());
  return output.data.commit();
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
  SynthesisOptions options{.n_pairs = args.n_pairs,
                           .n_samples = args.n_samples,
                           .max_tokens = args.max_tokens,
                           .temperature = args.temperature,
                           .seed = static_cast<uint64_t>(args.seed)};
  TRY(options.task, read_task(args));
  std::shared_ptr<const Schema> schema;
  if (!args.schema.empty()) {
    TRY(const std::string text, read_schema_argument(args.schema));
    TRY(schema, Schema::parse(text));
    options.schema = schema.get();
  }
  TRY(const std::vector<Pair> examples, read_pairs(args.examples));
  TRY(const std::vector<DataCard> cards, read_data_cards(args.examples));
  TRY(Output output, open_output(args));
  LoadedTeacher teacher;
  TRY(is_endpoint_url(args.teacher) ? start_remote(args, teacher, console) : load_file(args, teacher));

  Synthesis synthesis;
  Status status;
  {
    Progress progress(help_text(msg::kSynthesiseProgress), console.progress_style());
    options.progress = [&](int64_t n_kept, int64_t n_pairs) { progress.update(n_kept, n_pairs); };
    status = ondol::synthesise(*teacher.source, examples, options, synthesis);
  }
  const SynthesisCounts& counts = synthesis.counts;
  if (synthesis.pairs.empty()) {
    if (!status) return status;
    return fail(ErrorKind::kRefused, msg::kSynthesiseNothing, counts.n_asked, counts.n_duplicates, counts.n_unusable,
                counts.n_refused, counts.n_disagreed);
  }
  clear_interrupt();  // what was kept is written all the same
  const DataCard own{.name = fs::path(args.output).filename(), .licence = args.licence, .source = "ondol synthesise"};
  TRY(write_output(output, synthesis.pairs, synthesis_card(own, cards, teacher.card)));
  if (!status) {
    console.note(msg::kSynthesiseStopped, args.output, counts.n_kept);
    return status;
  }
  if (counts.n_kept < args.n_pairs) console.note(msg::kSynthesiseFewer, counts.n_kept, args.n_pairs, kMaxFruitless);
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
