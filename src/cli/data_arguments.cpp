#include "cli/data_arguments.h"

#include <cmath>
#include <ctime>

#include "cli/help.h"
#include "cli/shrink_messages.h"
#include "cli/task_messages.h"
#include "cli/tune_messages.h"
#include "compress/calibration_file.h"
#include "compress/default_text.h"

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

namespace {

constexpr int64_t kDefaultContext = 512;

Result<std::optional<ChatTemplate>> template_of(const Model& model) {
  const std::string source(model.metadata.get_string("tokenizer.chat_template").value_or(""));
  if (source.empty()) return std::nullopt;
  TRY(ChatTemplate chat, ChatTemplate::parse(source));
  return chat;
}

}  // namespace

Result<Dataset> read_examples(const DataArguments& args, const Model& model, int64_t context_length,
                              ProgressStyle style) {
  DatasetOptions options{.held_out_share = 0};
  TRY(options.file, data_file_options(args));
  options.rules.context_length =
      std::min(context_length > 0 ? context_length : kDefaultContext, model.hp.context_length);
  const std::time_t now = std::time(nullptr);
  gmtime_r(&now, &options.rules.now);
  TRY(const std::optional<ChatTemplate> chat, template_of(model));
  Progress progress(std::string(msg::kTuneReadingData.text()), style);
  options.progress = [&](int64_t done, int64_t total) { progress.update(done, total); };
  return read_dataset(args.files, *model.tokenizer, chat ? &*chat : nullptr, options);
}

Result<Dataset> examples_or_default(const DataArguments& args, const Model& model, ThreadPool& pool, Console& console) {
  if (!args.files.empty()) return read_examples(args, model, 0, console.progress_style());
  TRY(const std::optional<ChatTemplate> chat, template_of(model));
  console.note(chat ? msg::kDefaultChats : msg::kDefaultTexts);
  Progress progress(std::string(msg::kTaskAnswering.text()), console.progress_style());
  return default_examples(model, chat ? &*chat : nullptr, kDefaultContext, pool,
                          [&](int64_t n_done, int64_t n_all) { progress.update(n_done, n_all); });
}

void note_foreign_text(double nats, const Model& model, Console& console) {
  if (!seems_foreign(nats, model.hp.vocab_size)) return;
  console.note(msg::kCalibrateForeign, nats, std::log(static_cast<double>(model.hp.vocab_size)));
}

}  // namespace ondol
