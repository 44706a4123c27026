#include "compress/corpus_trim.h"

#include <ctime>

#include "compress/compress_messages.h"
#include "compress/needed_scripts.h"
#include "compress/vocabulary_trim.h"

namespace ondol {
namespace {

// Of the letters of a vocabulary, or of other texts, for a script to be needed.
constexpr double kShareOfVocabulary = 0.2, kShareOfText = 0.01;
// A character of a language a vocabulary was made for takes less.
constexpr double kForeignTokensPerCharacter = 1.2;

void note_missing(const FieldText& field, const CharacterCounts& needed, double least_share, const Message& by,
                  TrimReport& report) {
  for (const MissingScript& script : missing_scripts(field.characters, needed, least_share)) {
    report.notes.push_back(format_message(msg::kVocabularyLacksScript, script.name, 100 * script.share, by.text()));
  }
}

}  // namespace

Result<TrimmedModel> trim_by_corpus(const CorpusTrimOptions& options, const ImportedModel& original) {
  const Metadata& metadata = original.source.metadata;
  TRY(const TokenizerTrim trim, TokenizerTrim::create(metadata));
  const Tokenizer& tokenizer = trim.tokenizer();
  std::optional<ChatTemplate> chat;
  std::string source = options.chat_template;
  if (source.empty()) source = metadata.get_string("tokenizer.chat_template").value_or("");
  if (!source.empty()) { TRY(chat, ChatTemplate::parse(source)); }
  const std::time_t seconds = std::time(nullptr);
  std::tm now{};
  gmtime_r(&seconds, &now);

  const auto read = [&](const std::vector<std::string>& paths) {
    return read_field_text(paths, options.file, tokenizer, chat ? &*chat : nullptr, now, options.progress);
  };
  TrimmedModel trimmed;
  TrimReport& report = trimmed.report;
  TRY(const FieldText field, read(options.corpus));
  note_missing(field, characters_of_vocabulary(tokenizer), kShareOfVocabulary, msg::kNeededByVocabulary, report);
  if (!options.others.empty()) {
    TRY(const FieldText other, read(options.others));
    note_missing(field, other.characters, kShareOfText, msg::kNeededByText, report);
  }

  const std::vector<TokenId> wanted = chat ? tokens_of_template(*chat, tokenizer, now) : std::vector<TokenId>();
  report.vocab_size = tokenizer.vocab_size();
  report.is_held_out = field.is_held_out;
  TRY(report.choice, choose_vocabulary(trim, field, wanted, options.most_growth));
  if (const double n = report.tokens_per_character_before(); n > kForeignTokensPerCharacter) {
    report.notes.push_back(format_message(msg::kVocabularyForeign, n));
  }
  TRY(trimmed.model, trim_vocabulary(original, trim, report.choice.kept));
  report.bytes_before = stored_bytes(original);
  report.bytes_after = stored_bytes(trimmed.model);
  return trimmed;
}

}  // namespace ondol
