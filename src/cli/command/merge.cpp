// ondol merge MODEL ADAPTER... -o MERGED.gguf: adapters become weights.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/adapter_arguments.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/lora_messages.h"
#include "measure/merge_adapters.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, output, type;
  std::vector<std::string> adapters;
  int n_threads = 0;
  bool force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("ADAPTER", args.adapters, help_text(msg::kMergeAdaptersArgument)).required();
  options.add("-o,--output", args.output, help_text(msg::kOutputOption)).placeholder("FILE").required();
  options.add("--type", args.type, format_message(msg::kMergeTypeOption, type_names())).placeholder("TYPE");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

// The adapters' files, so that none of them is written over.
std::vector<std::string> inputs_of(const std::vector<ScaledAdapter>& adapters) {
  std::vector<std::string> inputs;
  std::error_code ignored;
  for (const ScaledAdapter& adapter : adapters) {
    inputs.push_back(adapter.name);
    for (const auto& entry : std::filesystem::directory_iterator(adapter.name, ignored)) inputs.push_back(entry.path());
  }
  return inputs;
}

Status run_merge(const Args& args, Console& console) {
  std::optional<DType> type;
  if (!args.type.empty()) { TRY(type, parse_type(args.type)); }
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(const Checkpoint base, open_checkpoint(args.model));
  TRY(Model model, load_model(base, args.model, *pool, {.low_memory = true}));
  TRY(const std::vector<ScaledAdapter> adapters, read_adapters(args.adapters, model));
  TRY(apply_adapters(model, adapters));
  Progress progress(format_message(msg::kWriting, args.output), console.progress_style());
  TRY(const MergeReport report,
      merge_adapters(args.output, base, model, adapters, type, *pool,
                     {.force = args.force, .inputs = inputs_of(adapters), .progress = &progress}));
  const WrittenDivergence& kl = report.divergence;
  if (args.json) {
    const nlohmann::ordered_json out = {{"output", args.output},
                                        {"tensors", report.n_tensors},
                                        {"changed_tensors", report.n_changed},
                                        {"kl", {{"mean", kl.mean}, {"max", kl.max}, {"positions", kl.n_positions}}}};
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    console.line(msg::kMergeDone, args.output, report.n_changed, report.n_tensors, kl.mean, kl.max, kl.n_positions);
  }
  return ok();
}

}  // namespace

extern constinit const Command merge{
    .name = "merge",
    .summary = msg::kMergeSummary,
    .example =
        "ondol merge model.gguf adapter-folder -o merged.gguf\n"
        "ondol merge model.gguf a.gguf b.gguf:0.5 -o merged.gguf --type F16",
    .define = define_with<Args, declare, run_merge>,
};

}  // namespace ondol::command
