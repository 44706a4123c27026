// ondol calibrate MODEL TEXT… -o OUT.imatrix.gguf: the importance of a model's inputs, for `shrink` and for llama.cpp.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/base_messages.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/data_arguments.h"
#include "cli/shrink_messages.h"
#include "compress/calibration_file.h"
#include "measure/measure_messages.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, output;
  DataArguments data;
  int64_t max_chunks = 0;
  int n_threads = 0;
  bool resume = false, force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("TEXT", args.data.files, help_text(msg::kCalibrateTextArgument));
  options.add("-o,--output", args.output, help_text(msg::kOutputOption)).placeholder("FILE").required();
  options.add("--chunks", args.max_chunks, help_text(msg::kCalibrateChunksOption)).placeholder("N");
  declare_data_format(options, args.data);
  options.add("--resume", args.resume, help_text(msg::kCalibrateResumeOption));
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

Status run_calibrate(const Args& args, Console& console) {
  TRY(check_number<int64_t>("--chunks", args.max_chunks, 0, int64_t{1} << 40));
  if (!args.force && !args.resume && std::filesystem::exists(args.output)) {
    return fail(ErrorKind::kBadInput, msg::kOutputExists, args.output);
  }
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(const Checkpoint checkpoint, open_checkpoint(args.model));
  TRY(const Model model, load_model(checkpoint, args.model, *pool, {.low_memory = true}));
  if (!model.tokenizer) return fail(ErrorKind::kBadInput, msg::kNoTokenizer, args.model);
  TRY(const Dataset data, examples_or_default(args.data, model, *pool, console));

  CalibrationResult result;
  {
    Progress progress(std::string(msg::kCalibrating.text()), console.progress_style());
    TRY(result, calibrate_into_file({.path = args.output,
                                     .texts = args.data.files,
                                     .text_identity = data.identity,
                                     .model_path = args.model,
                                     .resume = args.resume,
                                     .calibrate = {.max_chunks = args.max_chunks}},
                                    model, checkpoint, *pool, data.train,
                                    [&](const Importance& so_far, int64_t n_chunks) -> Status {
                                      progress.update(so_far.n_chunks, n_chunks);
                                      return ok();
                                    }));
  }
  note_foreign_text(result.loss.mean(), model, console);
  const Importance& done = result.importance;
  if (args.json) {
    const nlohmann::ordered_json out = {{"output", args.output},
                                        {"matrices", done.matrices.size()},
                                        {"chunks", done.n_chunks},
                                        {"chunk_tokens", done.chunk_tokens},
                                        {"nats_per_token", result.loss.mean()}};
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    console.line(msg::kCalibrateDone, args.output, done.matrices.size(), done.n_chunks, done.chunk_tokens,
                 result.loss.mean());
  }
  return ok();
}

}  // namespace

extern constinit const Command calibrate{
    .name = "calibrate",
    .summary = msg::kCalibrateSummary,
    .example =
        "ondol calibrate model.gguf texts.txt chats.jsonl -o model.imatrix.gguf\n"
        "ondol shrink model.gguf --size 25% --text texts.txt --imatrix model.imatrix.gguf -o small.gguf",
    .define = define_with<Args, declare, run_calibrate>,
};

}  // namespace ondol::command
