// ondol tune MODEL DATA… -o OUT: teach a model a field.
#include <filesystem>
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
#include "cli/tune_messages.h"
#include "cli/work_line.h"
#include "prompt/chat_template.h"
#include "tune/synthesis/remote_source.h"
#include "tune/train_log.h"
#include "tune/tune_job.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, output, init, schedule = "cosine", precision, chat_template, log, schema, name, type, held_out,
                                   teacher, teacher_cache, divergence = "forward", purpose = "research", task,
                                   teacher_model;
  DataArguments data;
  std::vector<std::string> targets, accepted;
  bool full = false, merge = false, rslora = false, prompts = false, strict = false, resume = false, force = false,
       json = false;
  int64_t rank = 16, steps = 0, warmup = -1, batch = 4096, micro = 1024, context = 0, seed = 1, every = 0,
          teacher_top = 16, n_synthesised = 0, timeout_s = 300;
  double alpha = 0, dropout = 0, epochs = 3, rate = 0, decay = 0.01, clip = 1, beta2 = 0.99, stop_min = 0,
         temperature = 1, teacher_share = 0.5;
  int n_threads = 0, n_samples = 3;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kTuneModelArgument)).required();
  options.add("DATA", args.data.files, help_text(msg::kTuneDataArgument)).required();
  options.add("-o,--output", args.output, help_text(msg::kTuneOutputOption)).placeholder("OUT").required();
  options.add("--full", args.full, help_text(msg::kTuneFullOption));
  options.add("--init", args.init, help_text(msg::kTuneInitOption)).placeholder("SHAPE");
  options.add("--merge", args.merge, help_text(msg::kTuneMergeOption));
  options.add("--rank", args.rank, help_text(msg::kTuneRankOption)).placeholder("N");
  options.add("--alpha", args.alpha, help_text(msg::kTuneAlphaOption)).placeholder("X");
  options.add("--dropout", args.dropout, help_text(msg::kTuneDropoutOption)).placeholder("P");
  options.add("--targets", args.targets, help_text(msg::kTuneTargetsOption)).placeholder("A,B").split_at_commas();
  options.add("--rslora", args.rslora, help_text(msg::kTuneRsloraOption));
  options.add("--epochs", args.epochs, help_text(msg::kTuneEpochsOption)).placeholder("N");
  options.add("--steps", args.steps, help_text(msg::kTuneStepsOption)).placeholder("N");
  options.add("--lr", args.rate, help_text(msg::kTuneRateOption)).placeholder("RATE");
  options.add("--schedule", args.schedule, help_text(msg::kTuneScheduleOption)).placeholder("cosine|linear|constant");
  options.add("--warmup", args.warmup, help_text(msg::kTuneWarmupOption)).placeholder("N");
  options.add("--weight-decay", args.decay, help_text(msg::kTuneDecayOption)).placeholder("X");
  options.add("--clip", args.clip, help_text(msg::kTuneClipOption)).placeholder("X");
  options.add("--beta2", args.beta2, help_text(msg::kTuneBeta2Option)).placeholder("X");
  options.add("--batch-tokens", args.batch, help_text(msg::kTuneBatchOption)).placeholder("N");
  options.add("--micro-tokens", args.micro, help_text(msg::kTuneMicroOption)).placeholder("N");
  options.add("-c,--ctx-size", args.context, help_text(msg::kContextOption)).placeholder("N");
  options.add("--precision", args.precision, help_text(msg::kTunePrecisionOption)).placeholder("bf16|f32");
  options.add("-s,--seed", args.seed, help_text(msg::kTuneSeedOption)).placeholder("N");
  options.add("--held-out", args.held_out, help_text(msg::kTuneHeldOutOption)).placeholder("SHARE|FILE");
  declare_data_format(options, args.data);
  options.add("--train-on-prompts", args.prompts, help_text(msg::kTunePromptsOption));
  options.add("--strict", args.strict, help_text(msg::kTuneStrictOption));
  options.add("--teacher", args.teacher, help_text(msg::kTuneTeacherOption)).placeholder("MODEL|URL");
  options.add("--divergence", args.divergence, help_text(msg::kTuneDivergenceOption)).placeholder("forward|reverse|js");
  options.add("--temperature", args.temperature, help_text(msg::kTuneTemperatureOption)).placeholder("X");
  options.add("--teacher-share", args.teacher_share, help_text(msg::kTuneShareOption)).placeholder("X");
  options.add("--teacher-top", args.teacher_top, help_text(msg::kTuneTopOption)).placeholder("N");
  options.add("--teacher-cache", args.teacher_cache, help_text(msg::kTuneCacheOption)).placeholder("FILE");
  options.add("--synthesise", args.n_synthesised, help_text(msg::kTuneSynthesiseOption)).placeholder("N");
  options.add("--task", args.task, help_text(msg::kSynthesiseTask)).placeholder("TEXT|FILE");
  options.add("--samples", args.n_samples, help_text(msg::kSynthesiseSamples)).placeholder("K");
  options.add("--teacher-model", args.teacher_model, help_text(msg::kSynthesiseModel)).placeholder("NAME");
  options.add("--timeout", args.timeout_s, help_text(msg::kSynthesiseTimeout)).placeholder("SECONDS");
  options.add("--purpose", args.purpose, help_text(msg::kTunePurposeOption)).placeholder("research|commercial");
  options.add("--accept-licence", args.accepted, help_text(msg::kTuneAcceptOption)).placeholder("NAME").repeatable();
  options.add("--chat-template", args.chat_template, format_message(msg::kChatTemplateOption, chat_template_names()))
      .placeholder("NAME|FILE");
  options.add("--schema", args.schema, help_text(msg::kTuneSchemaOption)).placeholder("JSON|FILE");
  options.add("--name", args.name, help_text(msg::kTuneNameOption)).placeholder("NAME");
  options.add("--type", args.type, format_message(msg::kTuneTypeOption, type_names())).placeholder("TYPE");
  options.add("--log", args.log, help_text(msg::kTuneLogOption)).placeholder("FILE");
  options.add("--eval-every", args.every, help_text(msg::kTuneEveryOption)).placeholder("N");
  options.add("--resume", args.resume, help_text(msg::kTuneResumeOption));
  options.add("--stop-after", args.stop_min, help_text(msg::kTuneStopOption)).placeholder("MINUTES");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

Status check_synthesis(const Args& args) {
  TRY(check_number<int64_t>("--synthesise", args.n_synthesised, 0, 10'000'000));
  TRY(check_number("--samples", args.n_samples, 1, 99));
  TRY(check_number<int64_t>("--timeout", args.timeout_s, 1, 24 * 3600));
  if (args.n_synthesised == 0) {
    if (is_endpoint_url(args.teacher)) return fail(ErrorKind::kUsage, msg::kTuneEndpointNoLogits, args.teacher);
    if (!args.task.empty()) return fail(ErrorKind::kUsage, msg::kTuneNotAsked, "--task", "--synthesise");
    return ok();
  }
  if (args.teacher.empty()) return fail(ErrorKind::kUsage, msg::kTuneNotAsked, "--synthesise", "--teacher");
  if (args.task.empty()) return fail(ErrorKind::kUsage, msg::kTuneNotAsked, "--synthesise", "--task");
  return check_teacher(args.teacher, args.teacher_model);
}

Status check_arguments(const Args& args) {
  TRY(check_number<int64_t>("--batch-tokens", args.batch, 1, int64_t{1} << 30));
  TRY(check_number<int64_t>("--micro-tokens", args.micro, 1, int64_t{1} << 20));
  TRY(check_number<int64_t>("--steps", args.steps, 0, int64_t{1} << 40));
  TRY(check_number("--epochs", args.epochs, 0.0, 1e6));
  TRY(check_number("--lr", args.rate, 0.0, 10.0));
  TRY(check_number("--dropout", args.dropout, 0.0, 0.9));
  TRY(check_number("--weight-decay", args.decay, 0.0, 1.0));
  TRY(check_number("--clip", args.clip, 0.0, 1e9));
  TRY(check_number("--beta2", args.beta2, 0.0, 0.999999));
  TRY(check_number("--temperature", args.temperature, 0.01, 100.0));
  TRY(check_number("--teacher-share", args.teacher_share, 0.0, 1.0));
  TRY(check_number<int64_t>("--teacher-top", args.teacher_top, 1, 4096));
  TRY(check_number("--stop-after", args.stop_min, 0.0, 1e9));
  TRY(check_synthesis(args));
  const bool is_full = args.full || !args.init.empty();
  if (is_full && args.merge) return fail(ErrorKind::kUsage, msg::kTuneFullOrInit, "--merge");
  if (is_full && !args.targets.empty()) return fail(ErrorKind::kUsage, msg::kTuneFullOrInit, "--targets");
  const std::string checkpoint = TuneJob::checkpoint_path(args.output);
  if (!args.resume && !args.force && std::filesystem::exists(checkpoint)) {
    return fail(ErrorKind::kBadInput, msg::kTuneCheckpointThere, checkpoint);
  }
  if (!args.force && std::filesystem::exists(args.output)) {
    return fail(ErrorKind::kBadInput, msg::kOutputExists, args.output);
  }
  return ok();
}

Result<Schedule::Kind> parse_schedule(std::string_view name) {
  if (name == "cosine") return Schedule::Kind::kCosine;
  if (name == "linear") return Schedule::Kind::kLinear;
  if (name == "constant") return Schedule::Kind::kConstant;
  return fail(ErrorKind::kUsage, msg::kTuneNoSuchChoice, "--schedule", name, "cosine, linear, constant");
}

Result<Precision> parse_precision(std::string_view name) {
  if (name.empty() || name == "bf16") return Precision::kBf16;
  if (name == "f32") return Precision::kF32;
  return fail(ErrorKind::kUsage, msg::kTuneNoSuchChoice, "--precision", name, "bf16, f32");
}

TuneKind kind_of(const Args& args) {
  return !args.init.empty() ? TuneKind::kInit : args.full ? TuneKind::kFull : TuneKind::kLowRank;
}

Result<TrainOptions> train_options(const Args& args) {
  TrainOptions train;
  TRY(train.schedule.kind, parse_schedule(args.schedule));
  TRY(train.precision, parse_precision(args.precision));
  train.schedule.learning_rate = args.rate > 0 ? args.rate : usual_learning_rate(kind_of(args));
  train.schedule.n_steps = args.steps;
  train.schedule.warmup_steps = args.warmup;
  train.n_epochs = args.epochs;
  train.batches = {
      .tokens_per_step = args.batch, .tokens_per_batch = args.micro, .seed = static_cast<uint64_t>(args.seed)};
  train.optimizer.weight_decay = args.decay;
  train.optimizer.clip = args.clip;
  train.optimizer.beta2 = args.beta2;
  train.held_out_every = args.every;
  train.stop_after_s = args.stop_min * 60;
  train.resume = args.resume;
  return train;
}

Status read_held_out(const Args& args, DatasetOptions& dataset) {
  if (args.held_out.empty()) return ok();
  char* end = nullptr;
  const double share = std::strtod(args.held_out.c_str(), &end);
  if (*end == '\0') dataset.held_out_share = share;
  else dataset.held_out_paths = {args.held_out};
  return ok();
}

Result<std::optional<TeacherOptions>> teacher_options(const Args& args) {
  if (args.teacher.empty() || is_endpoint_url(args.teacher)) return std::nullopt;
  TeacherOptions teacher{.path = args.teacher,
                         .cache = args.teacher_cache.empty() ? args.output + ".teacher" : args.teacher_cache,
                         .temperature = args.temperature,
                         .share = args.teacher_share,
                         .top = static_cast<int>(args.teacher_top)};
  using operations::Divergence;
  if (args.divergence == "forward") teacher.divergence = Divergence::kForward;
  else if (args.divergence == "reverse") teacher.divergence = Divergence::kReverse;
  else if (args.divergence == "js") teacher.divergence = Divergence::kJensenShannon;
  else return fail(ErrorKind::kUsage, msg::kTuneNoSuchChoice, "--divergence", args.divergence, "forward, reverse, js");
  return teacher;
}

Result<TuneOptions> tune_options(const Args& args) {
  TuneOptions tune{.base = args.model, .data = args.data.files, .output = args.output};
  tune.kind = kind_of(args);
  tune.shape = args.init;
  tune.low_rank.rank = args.rank;
  tune.low_rank.alpha = static_cast<float>(args.alpha > 0 ? args.alpha : 2 * static_cast<double>(args.rank));
  tune.low_rank.rank_stabilised = args.rslora;
  tune.low_rank.dropout = static_cast<float>(args.dropout);
  tune.low_rank.seed = static_cast<uint64_t>(args.seed);
  if (!args.targets.empty()) tune.low_rank.targets = args.targets;
  TRY(tune.train, train_options(args));
  TRY(tune.dataset.file, data_file_options(args.data));
  TRY(read_held_out(args, tune.dataset));
  tune.dataset.rules.context_length = args.context;
  tune.dataset.rules.learns_prompts = args.prompts;
  tune.dataset.strict = args.strict;
  if (!args.chat_template.empty()) { TRY(tune.chat_template, chat_template_source(args.chat_template, {}, false)); }
  if (!args.schema.empty()) { TRY(tune.schema, read_stored_schema(args.schema)); }
  TRY(tune.teacher, teacher_options(args));
  TRY(tune.purpose, parse_purpose(args.purpose));
  tune.accepted_licences = args.accepted;
  tune.name = args.name;
  if (!args.type.empty()) { TRY(tune.type, parse_type(args.type)); }
  tune.merge = args.merge;
  tune.force = args.force;
  return tune;
}

// The pairs that the teacher adds to the data, in a file beside the output.  A run that is resumed takes what is there.
Status synthesise_data(const Args& args, TuneOptions& tune, ThreadPool& pool, Console& console) {
  SynthesisJobOptions job{
      .teacher = args.teacher,
      .endpoint_model = args.teacher_model,
      .timeout_s = args.timeout_s,
      .examples = args.data.files,
      .file = tune.dataset.file,
      .schema = tune.schema,
      .output = args.output + ".synthesised.jsonl",
      .force = args.force,
      .goes_on = true,
      .asked = {.n_pairs = args.n_synthesised, .n_samples = args.n_samples, .seed = static_cast<uint64_t>(args.seed)}};
  TRY(job.asked.task, read_task_argument(args.task));
  tune.synthesised = job.output;
  if (is_endpoint_url(args.teacher)) console.note(msg::kTuneEndpointWrites, args.teacher);
  if (args.resume && std::filesystem::exists(job.output)) return ok();
  TRY(write_pairs(std::move(job), pool, msg::kTuneSynthesisStopped, console));
  return ok();
}

Result<TrainResult> train(const Args& args, TuneJob& job, Console& console) {
  std::optional<TrainLog> log;
  if (!args.log.empty()) { TRY(log, TrainLog::open(args.log, args.resume)); }
  StepLine line(console);
  auto result = job.train([&](const StepReport& report) -> Status {
    line.show(report);
    return log ? log->write(report) : ok();
  });
  line.close();
  if (!result && result.error().kind == ErrorKind::kInterrupted) {
    console.note(msg::kTuneInterrupted, TuneJob::checkpoint_path(args.output));
  }
  return result;
}

void print_result(const Args& args, const TunePlan& plan, const TrainResult& result, const TuneFile& file,
                  Console& console) {
  if (args.json) {
    nlohmann::ordered_json out = {{"output", args.output},
                                  {"steps", result.n_steps},
                                  {"planned_steps", result.planned_steps},
                                  {"loss", result.loss},
                                  {"held_out_loss", nullptr},
                                  {"tokens", result.n_tokens},
                                  {"trained_parameters", plan.n_trained},
                                  {"operations", plan.n_operations},
                                  {"written_kl", file.divergence.mean},
                                  {"rounding_kl", file.rounding}};
    if (result.held_out_loss) out["held_out_loss"] = *result.held_out_loss;
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return;
  }
  console.line(msg::kTuneDone, args.output, result.n_steps, result.loss,
               result.held_out_loss ? format_message(msg::kTuneDoneHeldOut, *result.held_out_loss) : std::string(),
               file.divergence.mean);
  if (file.rounding > 0) console.note(msg::kTuneRounded, file.rounding);
}

Status run_tune(const Args& args, Console& console) {
  keep_freed_memory();
  TRY(check_arguments(args));
  TRY(TuneOptions options, tune_options(args));
  TRY(const auto pool, make_pool(args.n_threads));
  if (args.n_synthesised > 0) TRY(synthesise_data(args, options, *pool, console));
  Progress reading(help_text(msg::kTuneReadingData), console.progress_style());
  options.dataset.progress = [&](int64_t done, int64_t total) { reading.update(done, total); };
  TRY(const auto job, TuneJob::prepare(options, *pool));
  for (const std::string& note : licence_notes(job->licences())) console.error_line(note);
  for (const std::string& note : job->notes()) console.error_line(note);
  const TunePlan plan = job->plan();
  if (!console.quiet()) {
    console.note(msg::kTunePlan, readable_count(plan.n_examples), readable_count(plan.n_tokens),
                 readable_count(plan.n_learned), readable_count(plan.n_held_out), readable_count(plan.n_trained),
                 readable_count(plan.n_parameters), readable_count(plan.n_steps), plan.n_operations);
  }
  TRY(const TrainResult result, train(args, *job, console));
  if (result.n_steps < result.planned_steps) {
    console.note(msg::kTuneStopped, result.n_steps, result.planned_steps, TuneJob::checkpoint_path(args.output));
    return ok();
  }
  Progress writing(format_message(msg::kWriting, args.output), console.progress_style());
  TRY(const TuneFile file, job->finish(&writing));
  std::error_code ignored;
  if (args.teacher_cache.empty()) std::filesystem::remove(args.output + ".teacher", ignored);
  print_result(args, plan, result, file, console);
  return ok();
}

}  // namespace

extern constinit const Command tune{
    .name = "tune",
    .summary = msg::kTuneSummary,
    .example =
        "ondol tune model.gguf chats.jsonl -o adapter.gguf\n"
        "ondol tune model.gguf reviews.tsv --columns prompt=document,completion=label -o tuned.gguf --merge\n"
        "ondol tune tokenizer.gguf data.jsonl --init layers=6,hidden=256,heads=8 -o new.gguf\n"
        "ondol tune small.gguf few.jsonl --teacher large.gguf --synthesise 500 --task task.txt -o adapter.gguf",
    .define = define_with<Args, declare, run_tune>,
};

}  // namespace ondol::command
