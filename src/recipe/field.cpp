#include "recipe/field.h"

#include <algorithm>
#include <ctime>
#include <map>

#include "base/file_map.h"
#include "base/interrupt.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "grammar/json_value.h"
#include "recipe/recipe_messages.h"
#include "tune/data/prompt_key.h"

namespace ondol {
namespace {

// What answers look like, all of the data.
class AnswerSurvey {
 public:
  void add(const Record& record) {
    if (record.kind == RecordKind::kText) return;
    const bool is_chat = record.kind == RecordKind::kChat;
    if (is_chat && !record.messages.back().tool_calls.empty()) return;
    const std::string& answer = is_chat ? record.messages.back().text : record.completion;
    ++n_answers_;
    names_choices_ = names_choices_ || !record.choices.empty();
    if (all_json_) {
      const auto value = parse_json(answer);
      all_json_ = value && (value->is(JsonValue::Kind::kObject) || value->is(JsonValue::Kind::kArray));
    }
    if (std::ssize(answers_) <= kMostAnswers) answers_[answer] += 1;
  }

  int64_t n_answers() const { return n_answers_; }
  bool names_choices() const { return names_choices_; }

  std::optional<Task> guess() const {
    if (n_answers_ == 0) return std::nullopt;
    if (names_choices_) return Task::kChoice;
    if (all_json_) return Task::kJson;
    const int64_t n_different = std::ssize(answers_);
    if (n_different > 1 && n_different <= kMostAnswers && n_answers_ >= 4 * n_different) return Task::kChoice;
    return std::nullopt;
  }

  // Adds the answers there are to those that a question of a test file has; none where they are too many.
  void add_choices(TaskCase& question) const {
    if (std::ssize(answers_) > kMostAnswers) return;
    for (const auto& [answer, n] : answers_) {
      const auto same = [&, text = std::string_view(answer)](const std::string& choice) {
        return is_right(Task::kChoice, choice, text);
      };
      if (std::none_of(question.choices.begin(), question.choices.end(), same)) question.choices.push_back(answer);
    }
  }

 private:
  static constexpr int64_t kMostAnswers = 32;
  int64_t n_answers_ = 0;
  bool all_json_ = true, names_choices_ = false;
  std::map<std::string, int64_t> answers_;
};

Status add_file(Sha256& hash, const std::string& path) {
  constexpr size_t kPiece = size_t{1} << 24;
  TRY(const auto map, FileMap::open(path));
  hash.add_value(std::ssize(map->bytes()));
  for (auto bytes = map->bytes(); !bytes.empty(); bytes = bytes.subspan(std::min(kPiece, bytes.size()))) {
    hash.add(bytes.first(std::min(kPiece, bytes.size())));
    TRY(check_interrupted());
  }
  return ok();
}

Result<std::string> identity_of(const FieldOptions& options) {
  Sha256 hash;
  for (const std::string& path : options.data) TRY(add_file(hash, path));
  if (!options.test.empty()) TRY(add_file(hash, options.test));
  const Columns& columns = options.file.columns;
  hash.add(fmt::format("{} {} {} {} {}", static_cast<int>(options.file.format), options.test.empty(),
                       options.held_out_share, expected_columns(columns), columns.text));
  for (const auto& [value, label] : options.file.labels) add_text(hash, value), add_text(hash, label);
  return to_hex(hash.finish());
}

Status read_questions(Field& field, const AnswerSurvey& survey) {
  const FieldOptions& options = field.options;
  const bool has_test = !options.test.empty();
  DataFileOptions file = options.file;
  if (!has_test) {
    file.takes = [share = options.held_out_share](const Record& record) {
      return record.kind != RecordKind::kText && is_held_out(prompt_key(record), share);
    };
  }
  std::vector<TaskCase> all;
  for (const std::string& path : has_test ? std::vector{options.test} : options.data) {
    auto cases = read_task_cases(path, file, *field.task);
    if (!cases) {
      // a file none of whose prompts fell among those held out
      if (!has_test && cases.error().kind == ErrorKind::kBadInput && options.data.size() > 1) continue;
      return tl::make_unexpected(cases.error());
    }
    std::move(cases->begin(), cases->end(), std::back_inserter(all));
  }
  if (*field.task == Task::kChoice && !survey.names_choices()) {
    for (TaskCase& question : all) survey.add_choices(question);
  }
  field.n_questions = std::ssize(all);
  const int64_t n = std::min(field.n_questions, kMostQuestions);
  for (int64_t i = 0; i < n; ++i) {
    field.questions.push_back(std::move(all[static_cast<size_t>(i * field.n_questions / n)]));
  }
  return ok();
}

}  // namespace

DataFileOptions Field::training_file() const {
  DataFileOptions file = options.file;
  if (options.test.empty()) {
    file.takes = [share = options.held_out_share](const Record& record) {
      return record.kind == RecordKind::kText || !is_held_out(prompt_key(record), share);
    };
  }
  return file;
}

Result<Dataset> Field::read_examples(const Model& model, const ChatTemplate* chat, int64_t most_tokens) const {
  DatasetOptions read{.file = options.file, .held_out_share = options.held_out_share};
  if (!options.test.empty()) read.held_out_paths = {options.test};
  read.rules.context_length = std::min(most_tokens, model.hp.context_length);
  const std::time_t now = std::time(nullptr);
  gmtime_r(&now, &read.rules.now);
  return read_dataset(options.data, *model.tokenizer, chat, read);
}

Result<Field> survey_field(const FieldOptions& options) {
  Field field{.options = options, .task = options.task, .questions = {}, .identity = {}};
  TRY(field.identity, identity_of(options));
  AnswerSurvey survey;
  for (const std::string& path : options.data) {
    TRY(read_data_file(path, options.file,
                       {.take =
                            [&](const Record& record) {
                              survey.add(record);
                              return ok();
                            },
                        .progress = nullptr}));
  }
  if (!field.task) field.task = survey.guess();
  if (!field.task) return field;
  if (survey.n_answers() == 0) return fail(ErrorKind::kBadInput, msg::kFieldNoAnswers, options.data[0]);
  TRY(read_questions(field, survey));
  if (field.questions.empty()) return fail(ErrorKind::kBadInput, msg::kFieldNoQuestions, survey.n_answers());
  return field;
}

const char* name_of(FieldLanguage language) {
  switch (language) {
    case FieldLanguage::kKorean:
      return "ko";
    case FieldLanguage::kEnglish:
      return "en";
    case FieldLanguage::kOther:
      break;
  }
  return "other";
}

FieldLanguage language_of(std::string_view text) {
  int64_t n_hangul = 0, n_latin = 0, n_others = 0;
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
    const auto in = [&](uint32_t first, uint32_t last) { return c.value >= first && c.value <= last; };
    if (in(0xAC00, 0xD7A3) || in(0x1100, 0x11FF) || in(0x3130, 0x318F)) ++n_hangul;
    else if (in('a', 'z') || in('A', 'Z')) ++n_latin;
    else if (c.value >= 0x100 && !in(0x2000, 0x2BFF) && !in(0x3000, 0x303F) && c.valid) ++n_others;
  }
  const int64_t n_letters = n_hangul + n_latin + n_others;
  if (n_letters > 0 && 5 * n_hangul >= n_letters) return FieldLanguage::kKorean;
  return n_letters > 0 && 2 * n_latin >= n_letters ? FieldLanguage::kEnglish : FieldLanguage::kOther;
}

FieldLanguage language_of(const Example& example, const Tokenizer& tokenizer) {
  std::vector<TokenId> asked;
  for (size_t i = 0; i < example.tokens.size(); ++i) {
    if (example.learns[i] == 0) asked.push_back(example.tokens[i]);
  }
  const std::string question = tokenizer.decode(asked);
  // the first token of a text is not learned either
  const bool is_text = asked.size() < 2 || question.find_first_not_of(" \t\r\n") == std::string::npos;
  return language_of(is_text ? tokenizer.decode(example.tokens) : question);
}

}  // namespace ondol
