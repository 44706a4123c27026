#include "cli/data_arguments.h"

#include <ctime>

#include "cli/help.h"
#include "cli/task_messages.h"
#include "cli/tune_messages.h"

namespace ondol {

void declare_data_format(Options& options, DataArguments& args) {
  options.add("--columns", args.columns, help_text(msg::kTuneColumnsOption)).placeholder("A=B");
  options.add("--map", args.map, help_text(msg::kTuneMapOption)).placeholder("A=B");
  options.add("--format", args.format, help_text(msg::kTuneFormatOption)).placeholder("jsonl|csv|tsv|text");
}

Result<DataFileOptions> data_file_options(const DataArguments& args) {
  DataFileOptions options;
  if (!args.columns.empty()) { TRY(options.columns, parse_columns(args.columns)); }
  if (!args.map.empty()) { TRY(options.labels, parse_labels(args.map)); }
  TRY(options.format, parse_data_format(args.format));
  return options;
}

Result<Dataset> read_examples(const DataArguments& args, const Model& model, int64_t context_length,
                              ProgressStyle style) {
  constexpr int64_t kDefaultContext = 512;
  DatasetOptions options{.held_out_share = 0};
  TRY(options.file, data_file_options(args));
  options.rules.context_length =
      std::min(context_length > 0 ? context_length : kDefaultContext, model.hp.context_length);
  const std::time_t now = std::time(nullptr);
  gmtime_r(&now, &options.rules.now);
  std::optional<ChatTemplate> chat;
  const std::string source(model.metadata.get_string("tokenizer.chat_template").value_or(""));
  if (!source.empty()) { TRY(chat, ChatTemplate::parse(source)); }
  Progress progress(std::string(msg::kTuneReadingData.text()), style);
  options.progress = [&](int64_t done, int64_t total) { progress.update(done, total); };
  return read_dataset(args.files, *model.tokenizer, chat ? &*chat : nullptr, options);
}

}  // namespace ondol
