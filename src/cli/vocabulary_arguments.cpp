#include "cli/vocabulary_arguments.h"

#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/text_width.h"
#include "cli/tune_messages.h"
#include "cli/vocabulary_messages.h"
#include "compress/needed_scripts.h"
#include "compress/vocabulary_trim.h"
#include "tokenizer/tokenizer_json.h"

namespace ondol {
namespace {

// Of the letters of a vocabulary, or of other texts, for a script to be needed.
constexpr double kShareOfVocabulary = 0.2, kShareOfText = 0.01;
// A character of a language a vocabulary was made for takes less.
constexpr double kForeignTokensPerCharacter = 1.2;

void note_missing(const FieldText& field, const CharacterCounts& needed, double least_share, const Message& by,
                  Console& console) {
  for (const MissingScript& script : missing_scripts(field.characters, needed, least_share)) {
    console.note(msg::kVocabularyLacksScript, script.name, 100 * script.share, by.text());
  }
}

double per_character(int64_t n_tokens, const VocabularyChoice& choice) {
  return static_cast<double>(n_tokens) / static_cast<double>(std::max<int64_t>(1, choice.n_characters));
}

}  // namespace

void declare_vocabulary(Options& options, VocabularyArguments& args) {
  options.add("--vocab", args.corpus, help_text(msg::kVocabularyOption)).placeholder("FILE");
  options.add("--vocab-growth", args.most_growth, help_text(msg::kVocabularyGrowthOption)).placeholder("PERCENT");
  options.add("--tokenizer-json", args.tokenizer_json, help_text(msg::kTokenizerJsonOption)).placeholder("FILE");
}

Result<TrimmedModel> trim_by_corpus(const VocabularyArguments& args, const DataArguments& data,
                                    const ImportedModel& original, Console& console) {
  TRY(check_number("--vocab-growth", args.most_growth, 0.0, 100.0));
  const Metadata& metadata = original.source.metadata;
  TRY(const TokenizerTrim trim, TokenizerTrim::create(metadata));
  const Tokenizer& tokenizer = trim.tokenizer();
  std::optional<ChatTemplate> chat;
  const std::string source(metadata.get_string("tokenizer.chat_template").value_or(""));
  if (!source.empty()) { TRY(chat, ChatTemplate::parse(source)); }
  const std::time_t seconds = std::time(nullptr);
  std::tm now{};
  gmtime_r(&seconds, &now);

  TRY(const DataFileOptions options, data_file_options(data));
  const auto read = [&](const std::vector<std::string>& paths) {
    Progress progress(std::string(msg::kTuneReadingData.text()), console.progress_style());
    return read_field_text(paths, options, tokenizer, chat ? &*chat : nullptr, now,
                           [&](int64_t done, int64_t total) { progress.update(done, total); });
  };
  TRY(const FieldText field, read(args.corpus));
  note_missing(field, characters_of_vocabulary(tokenizer), kShareOfVocabulary, msg::kNeededByVocabulary, console);
  if (!data.files.empty()) {
    TRY(const FieldText other, read(data.files));
    note_missing(field, other.characters, kShareOfText, msg::kNeededByText, console);
  }

  const std::vector<TokenId> wanted = chat ? tokens_of_template(*chat, tokenizer, now) : std::vector<TokenId>();
  TrimmedModel trimmed;
  trimmed.report.vocab_size = tokenizer.vocab_size();
  trimmed.report.is_held_out = field.is_held_out;
  TRY(trimmed.report.choice, choose_vocabulary(trim, field, wanted, args.most_growth / 100));
  const VocabularyChoice& choice = trimmed.report.choice;
  if (const double n = per_character(choice.n_tokens_before, choice); n > kForeignTokensPerCharacter) {
    console.note(msg::kVocabularyForeign, n);
  }
  TRY(trimmed.model, trim_vocabulary(original, trim, choice.kept));
  trimmed.report.bytes_before = stored_bytes(original);
  trimmed.report.bytes_after = stored_bytes(trimmed.model);
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
                     per_character(choice.n_tokens_before, choice), per_character(choice.n_tokens_after, choice),
                     100 * choice.growth()));
}

nlohmann::ordered_json trim_json(const TrimReport& report) {
  const VocabularyChoice& choice = report.choice;
  return {{"before", report.vocab_size},
          {"after", choice.n_kept},
          {"bytes_before", report.bytes_before},
          {"bytes_after", report.bytes_after},
          {"tokens_per_character",
           {{"before", per_character(choice.n_tokens_before, choice)},
            {"after", per_character(choice.n_tokens_after, choice)},
            {"growth", choice.growth()},
            {"held_out", report.is_held_out}}}};
}

}  // namespace ondol
