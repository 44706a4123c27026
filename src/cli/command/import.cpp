// ondol import SOURCE -o MODEL.gguf: any model this version reads, as one GGUF file.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "model/import/import.h"

namespace ondol::command {
namespace {

struct Args {
  std::string source, output, tokenizer, type, layout;
  int n_threads = 0;
  bool force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("SOURCE", args.source, help_text(msg::kImportSourceArgument)).required();
  options.add("-o,--output", args.output, help_text(msg::kOutputOption)).placeholder("FILE").required();
  options.add("--tokenizer", args.tokenizer, help_text(msg::kTokenizerOption)).placeholder("FILE");
  options.add("--type", args.type, format_message(msg::kTypeOption, type_names())).placeholder("TYPE");
  options.add("--layout", args.layout, help_text(msg::kLayoutOption)).placeholder("file|run");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

// Every file the import may read, so that none of them is written over.
std::vector<std::string> inputs_of(const Args& args) {
  std::vector<std::string> inputs = {args.source};
  if (!args.tokenizer.empty()) inputs.push_back(args.tokenizer);
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(args.source, ignored)) inputs.push_back(entry.path());
  return inputs;
}

Status run_import(const Args& args, Console& console) {
  std::optional<DType> type;
  if (!args.type.empty()) { TRY(type, parse_type(args.type)); }
  std::optional<Layout> layout;
  if (!args.layout.empty()) { TRY(layout, parse_layout(args.layout)); }
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(const ImportedModel model, import_model(args.source, args.tokenizer));
  Progress progress(format_message(msg::kWriting, args.output), console.progress_style());
  TRY(write_model(args.output, model, type, *pool,
                  {.force = args.force, .inputs = inputs_of(args), .progress = &progress, .layout = layout}));

  TRY(const Checkpoint written, open_checkpoint(args.output));
  int64_t tensor_bytes = 0;
  for (const NamedTensor& tensor : written.tensors) tensor_bytes += tensor.view.size_bytes();
  if (args.json) {
    const nlohmann::ordered_json out = {{"output", args.output},
                                        {"source_format", model.source.format},
                                        {"tensors", written.tensors.size()},
                                        {"tensor_bytes", tensor_bytes}};
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    console.line(msg::kImported, args.output, written.tensors.size(), readable_bytes(tensor_bytes));
  }
  return ok();
}

}  // namespace

extern constinit const Command import{
    .name = "import",
    .summary = msg::kImportSummary,
    .example =
        "ondol import hugging-face-folder -o model.gguf --type Q8_0\n"
        "ondol import model.gguf -o fast.gguf --layout run\n"
        "ondol import stories260K.bin --tokenizer tok512.bin -o s.gguf",
    .define = define_with<Args, declare, run_import>,
};

}  // namespace ondol::command
