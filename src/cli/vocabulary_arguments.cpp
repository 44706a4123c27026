#include "cli/vocabulary_arguments.h"

#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/text_width.h"
#include "cli/tune_messages.h"
#include "cli/vocabulary_messages.h"
#include "tokenizer/tokenizer_json.h"

namespace ondol {

void declare_vocabulary(Options& options, VocabularyArguments& args) {
  options.add("--vocab", args.corpus, help_text(msg::kVocabularyOption)).placeholder("FILE");
  options.add("--vocab-growth", args.most_growth, help_text(msg::kVocabularyGrowthOption)).placeholder("PERCENT");
  options.add("--tokenizer-json", args.tokenizer_json, help_text(msg::kTokenizerJsonOption)).placeholder("FILE");
}

Result<TrimmedModel> trim_by_corpus(const VocabularyArguments& args, const DataArguments& data,
                                    const ImportedModel& original, Console& console) {
  TRY(check_number("--vocab-growth", args.most_growth, 0.0, 100.0));
  Progress progress(std::string(msg::kTuneReadingData.text()), console.progress_style());
  CorpusTrimOptions options{.corpus = args.corpus,
                            .others = data.files,
                            .chat_template = {},
                            .most_growth = args.most_growth / 100,
                            .progress = [&](int64_t done, int64_t total) { progress.update(done, total); }};
  TRY(options.file, data_file_options(data));
  TRY(TrimmedModel trimmed, trim_by_corpus(options, original));
  for (const std::string& note : trimmed.report.notes) {
    if (!console.quiet()) console.error_line(note);
  }
  return trimmed;
}

Result<std::unique_ptr<AtomicFile>> begin_tokenizer_json(const VocabularyArguments& args, const ImportedModel& trimmed,
                                                         bool force) {
  if (args.tokenizer_json.empty()) return nullptr;
  TRY(const std::string json, tokenizer_json(trimmed.source.metadata));
  TRY(AtomicFile begun, AtomicFile::create(args.tokenizer_json, force));
  TRY(begun.write(json));
  return std::make_unique<AtomicFile>(std::move(begun));
}

void print_trim(const TrimReport& report, Console& console) {
  const VocabularyChoice& choice = report.choice;
  const auto row = [&](const Message& label, std::string_view value) {
    console.line(pad(label.text(), 10) + " " + std::string(value));
  };
  const int64_t saved = report.bytes_before - report.bytes_after;
  row(msg::kVocabularyRow, format_message(msg::kVocabularyRowValue, readable_count(report.vocab_size),
                                          readable_count(choice.n_kept), readable_bytes(saved),
                                          100 * static_cast<double>(saved) / static_cast<double>(report.bytes_before)));
  row(msg::kVocabularyTokensRow,
      format_message(report.is_held_out ? msg::kVocabularyTokensValue : msg::kVocabularyOwnTokensValue,
                     report.tokens_per_character_before(), report.tokens_per_character_after(), 100 * choice.growth()));
}

nlohmann::ordered_json trim_json(const TrimReport& report) {
  const VocabularyChoice& choice = report.choice;
  return {{"before", report.vocab_size},
          {"after", choice.n_kept},
          {"bytes_before", report.bytes_before},
          {"bytes_after", report.bytes_after},
          {"tokens_per_character",
           {{"before", report.tokens_per_character_before()},
            {"after", report.tokens_per_character_after()},
            {"growth", choice.growth()},
            {"held_out", report.is_held_out}}}};
}

}  // namespace ondol
