// Field: what a user's data asks of a model: the task its answers set, the questions kept for judging, and the examples
// a model reads, by language.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/task_cases.h"
#include "model/model.h"
#include "tune/data/dataset.h"

namespace ondol {

struct FieldOptions {
  std::vector<std::string> data;
  DataFileOptions file{};  // how `data` and `test` are read
  std::string test;        // a data file to judge by; "": the prompts of `data` that are held out
  double held_out_share = 0.1;
  std::optional<Task> task;  // none: guessed from the answers
};

struct Field {
  FieldOptions options;
  std::optional<Task> task;         // none: running text, or answers of which none is the only right one
  std::vector<TaskCase> questions;  // that judge; kMostQuestions at most, evenly taken from all
  int64_t n_questions = 0;          // that there are
  std::string identity;             // a digest of the files and of how they are read

  // How the files are read to learn from: with a share held out, without its prompts.
  DataFileOptions training_file() const;
  // Examples as `model` reads them with `chat` (which may be null), held out as above.
  Result<Dataset> read_examples(const Model& model, const ChatTemplate* chat, int64_t most_tokens) const;
};

inline constexpr int64_t kMostQuestions = 1000;

// Reads the data once.  Where no task is given it is `json` when all answers are JSON objects or lists, `choice` when
// lines name choices or a few answers come again and again, else none.  Fails as read_data_file() and read_task_cases()
// do, or with kBadInput when a task is given and the data has no answers to judge by.
Result<Field> survey_field(const FieldOptions& options);

enum class FieldLanguage { kKorean, kEnglish, kOther };
const char* name_of(FieldLanguage language);  // "ko", "en", "other"

// Korean where a fifth of the letters are Hangul, else English where half of them are Latin.  A syllable is worth two to
// three letters, and technical Korean is full of Latin words.
FieldLanguage language_of(std::string_view text);
// The language of what an example is asked; of running text, of the text.
FieldLanguage language_of(const Example& example, const Tokenizer& tokenizer);

}  // namespace ondol
