// A model trimmed to the vocabulary that a field's texts need.
#pragma once

#include "compress/vocabulary_choice.h"
#include "model/import/imported_model.h"

namespace ondol {

struct CorpusTrimOptions {
  std::vector<std::string> corpus;  // data files
  std::vector<std::string> others;  // that will be read, too: scripts of theirs that the corpus lacks are noted
  DataFileOptions file{};           // how both are read
  std::string chat_template;        // Jinja text; "": the model's
  double most_growth = 0.0025;      // of the field's tokens
  // Hears of how far reading of a file has come; may be null.
  std::function<void(int64_t bytes_read, int64_t size_bytes)> progress = nullptr;
};

struct TrimReport {
  int64_t vocab_size = 0;  // before
  VocabularyChoice choice;
  bool is_held_out = true;                    // false: the choice was judged by the text it was made from
  int64_t bytes_before = 0, bytes_after = 0;  // of whole files, as the model is stored
  std::vector<std::string> notes;             // what the user should know of the corpus, in their language

  double tokens_per_character_before() const { return per_character(choice.n_tokens_before); }
  double tokens_per_character_after() const { return per_character(choice.n_tokens_after); }

 private:
  double per_character(int64_t n_tokens) const {
    return static_cast<double>(n_tokens) / static_cast<double>(std::max<int64_t>(1, choice.n_characters));
  }
};

struct TrimmedModel {
  ImportedModel model;
  TrimReport report;
};

// Chooses a vocabulary by the corpus and trims `original`.  Fails as TokenizerTrim, read_field_text() and
// trim_vocabulary() do.
Result<TrimmedModel> trim_by_corpus(const CorpusTrimOptions& options, const ImportedModel& original);

}  // namespace ondol
