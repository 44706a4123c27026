#include "tune/data/dataset.h"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "base/utf8.h"
#include "measure/measure_messages.h"
#include "tune/data/data_messages.h"
#include "tune/data/prompt_key.h"

namespace ondol {
namespace {

constexpr double kMaxHeldOutShare = 0.5;

using Keys = std::unordered_set<ContentKey, ContentKeyHash>;

// As prompt_key(); of running text, of the piece that the example is.
ContentKey example_prompt_key(const Record& record, const Example& example, const Tokenizer& tokenizer) {
  if (record.kind != RecordKind::kText) return prompt_key(record);
  Sha256 hash;
  add_text(hash, tokenizer.decode(example.tokens));
  return key_of(hash);
}

ContentKey tokens_key(const Example& example) {
  Sha256 hash;
  for (size_t i = 0; i < example.tokens.size(); ++i) hash.add_value(example.tokens[i]);
  for (const uint8_t learns : example.learns) hash.add_value(learns);
  return key_of(hash);
}

bool is_empty(const Record& record) {
  const auto blank = [](std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; };
  switch (record.kind) {
    case RecordKind::kText:
      return blank(record.text);
    case RecordKind::kCompletion:
      return blank(record.prompt) || blank(record.completion);
    case RecordKind::kChat:
      break;
  }
  return std::all_of(record.messages.begin(), record.messages.end(), [&](const ChatMessage& message) {
    return message.role != Role::kAssistant || (blank(message.text) && message.tool_calls.empty());
  });
}

// Examples left out for one reason.
struct LeftOut {
  int64_t n = 0;
  std::string first;  // file:line
  void add(std::string_view path, int64_t line) {
    if (n++ == 0) first = fmt::format("{}:{}", path, line);
  }
};

class Reader {
 public:
  Reader(const Tokenizer& tokenizer, const ChatTemplate* chat, const DatasetOptions& options)
      : options_(options),
        tokenizer_(tokenizer),
        encoder_(tokenizer, chat, options.rules),
        has_held_out_files_(!options.held_out_paths.empty()) {
    if (const auto& teacher = options.teacher) {
      const EncodeRules rules{.context_length = teacher->context_length, .now = options.rules.now};
      teacher_.emplace(*teacher->tokenizer, teacher->chat, rules);
    }
  }

  Status read(const std::vector<std::string>& train, const std::vector<std::string>& held_out);
  Result<Dataset> finish();

 private:
  enum class Side { kTrain, kHeldOut };

  Status read_file(const std::string& path, const DataFileOptions& format, Side side);
  Status take(Record record, const std::string& path, Side side);
  Result<std::vector<Example>> read_by_teacher(const Record& record, std::span<const Example> examples) const;
  Status take_example(Example example, Example by_teacher, const Record& record, const std::string& path, Side side);
  void note_answer(const Record& record);
  void keep(Example example, Example by_teacher, bool held_out);
  void write_notes();
  std::string identity() const;

  const DatasetOptions& options_;
  const Tokenizer& tokenizer_;
  ExampleEncoder encoder_;
  std::optional<ExampleEncoder> teacher_;
  bool has_held_out_files_;
  int64_t bytes_before_ = 0, bytes_in_all_ = 0;  // of the files read and of all

  Dataset data_;
  Keys examples_, held_out_prompts_;
  LeftOut empty_, too_long_, on_both_sides_;
  int64_t n_duplicates_ = 0;
  int64_t n_answers_ = 0;  // records with an answer, duplicates included,
  bool answers_differ_ = false;
  std::string first_answer_;  // and what the first of them answers
};

Status Reader::read(const std::vector<std::string>& train, const std::vector<std::string>& held_out) {
  for (const auto* paths : {&train, &options_.written_paths, &held_out}) {
    for (const std::string& path : *paths) {
      std::error_code ignored;  // a file that is not there is told of when it is opened
      const auto size_bytes = std::filesystem::file_size(path, ignored);
      if (!ignored) bytes_in_all_ += static_cast<int64_t>(size_bytes);
    }
  }
  // What is held out comes first, so that training can leave its prompts out.
  for (const std::string& path : held_out) TRY(read_file(path, options_.file, Side::kHeldOut));
  for (const std::string& path : train) TRY(read_file(path, options_.file, Side::kTrain));
  for (const std::string& path : options_.written_paths) TRY(read_file(path, {}, Side::kTrain));
  return ok();
}

Status Reader::read_file(const std::string& path, const DataFileOptions& format, Side side) {
  int64_t file_bytes = 0;
  const auto show_progress = [&](int64_t bytes_read, int64_t size_bytes) {
    file_bytes = size_bytes;
    if (options_.progress) options_.progress(bytes_before_ + bytes_read, std::max(bytes_in_all_, int64_t{1}));
  };
  TRY(read_data_file(
      path, format,
      {.take = [&](Record record) { return take(std::move(record), path, side); }, .progress = show_progress}));
  bytes_before_ += file_bytes;
  return ok();
}

Status Reader::take(Record record, const std::string& path, Side side) {
  if (is_empty(record)) {
    if (options_.strict) return fail(ErrorKind::kBadInput, msg::kEmptyExample);
    empty_.add(path, record.line);
    return ok();
  }
  TRY(std::vector<Example> examples, encoder_.encode(record));
  if (record.kind != RecordKind::kText) note_answer(record);
  std::vector<Example> by_teacher(examples.size());
  if (teacher_ && side == Side::kTrain) { TRY(by_teacher, read_by_teacher(record, examples)); }
  for (size_t i = 0; i < examples.size(); ++i) {
    TRY(take_example(std::move(examples[i]), std::move(by_teacher[i]), record, path, side));
  }
  return ok();
}

// The record's examples as the teacher reads them: running text in the pieces it was cut into for the student, anything
// else by its own template.
Result<std::vector<Example>> Reader::read_by_teacher(const Record& record, std::span<const Example> examples) const {
  if (record.kind == RecordKind::kChat && !options_.teacher->chat) {
    return fail(ErrorKind::kBadInput, msg::kTeacherNoTemplate);
  }
  const auto encode = [&](const Record& read) -> Result<std::vector<Example>> {
    auto encoded = teacher_->encode(read);
    if (!encoded) return fail(ErrorKind::kBadInput, msg::kTeacherCannotRead, encoded.error().message);
    return encoded;
  };
  std::vector<Example> read;
  if (record.kind != RecordKind::kText) {
    TRY(read, encode(record));
  } else {
    for (const Example& example : examples) {
      const bool ends_document = record.ends_document && &example == &examples.back();
      TRY(std::vector<Example> pieces,
          encode({.text = tokenizer_.decode(example.tokens), .ends_document = ends_document}));
      read.push_back(pieces.size() == 1 ? std::move(pieces[0]) : Example{});
    }
  }
  if (read.size() != examples.size()) read.assign(examples.size(), {});
  for (Example& example : read) {
    if (std::ssize(example.tokens) > options_.teacher->context_length) example = {};
  }
  return read;
}

void Reader::note_answer(const Record& record) {
  const bool is_chat = record.kind == RecordKind::kChat;
  const std::string& answer = is_chat ? record.messages.back().text : record.completion;
  const bool calls_tools = is_chat && !record.messages.back().tool_calls.empty();
  if (n_answers_++ == 0) first_answer_ = answer;
  answers_differ_ = answers_differ_ || calls_tools || answer != first_answer_;
}

Status Reader::take_example(Example example, Example by_teacher, const Record& record, const std::string& path,
                            Side side) {
  const int64_t n_tokens = std::ssize(example.tokens);
  if (n_tokens > options_.rules.context_length) {
    if (options_.strict) {
      return fail(ErrorKind::kBadInput, msg::kExampleTooLong, n_tokens, options_.rules.context_length);
    }
    too_long_.add(path, record.line);
    return ok();
  }
  const ContentKey prompt = example_prompt_key(record, example, tokenizer_);
  if (side == Side::kHeldOut) held_out_prompts_.insert(prompt);
  if (side == Side::kTrain && held_out_prompts_.count(prompt) > 0) {
    on_both_sides_.add(path, record.line);
    return ok();
  }
  if (!examples_.insert(tokens_key(example)).second) {
    ++n_duplicates_;
    return ok();
  }
  keep(std::move(example), std::move(by_teacher),
       has_held_out_files_ ? side == Side::kHeldOut : is_held_out(prompt, options_.held_out_share));
  return ok();
}

void Reader::keep(Example example, Example by_teacher, bool held_out) {
  int64_t n_learned = 0;
  for (const uint8_t learns : example.learns) n_learned += learns;
  (held_out ? data_.n_held_out_tokens : data_.n_train_tokens) += std::ssize(example.tokens);
  (held_out ? data_.n_held_out_learned : data_.n_train_learned) += n_learned;
  example.tokens.shrink_to_fit();
  example.learns.shrink_to_fit();
  (held_out ? data_.held_out : data_.train).push_back(std::move(example));
  if (teacher_ && !held_out) data_.train_by_teacher.push_back(std::move(by_teacher));
}

void Reader::write_notes() {
  const auto note = [&](const LeftOut& left_out, const Message& message, auto... more) {
    if (left_out.n > 0) data_.notes.push_back(format_message(message, left_out.n, left_out.first, more...));
  };
  note(too_long_, msg::kTooLongLeftOut, options_.rules.context_length);
  note(empty_, msg::kEmptyLeftOut);
  note(on_both_sides_, msg::kHeldOutLeftOut);
  if (n_duplicates_ > 0) data_.notes.push_back(format_message(msg::kDuplicatesLeftOut, n_duplicates_));
  const bool wanted = has_held_out_files_ || options_.held_out_share > 0;
  if (wanted && data_.held_out.empty()) data_.notes.push_back(std::string(msg::kNothingHeldOut.text()));
}

std::string Reader::identity() const {
  Sha256 hash;
  for (const auto* examples : {&data_.train, &data_.held_out}) {
    hash.add_value(static_cast<uint64_t>(examples->size()));
    for (const Example& example : *examples) {
      hash.add_value(static_cast<uint64_t>(example.tokens.size()));
      hash.add({reinterpret_cast<const uint8_t*>(example.tokens.data()), example.tokens.size() * sizeof(TokenId)});
      hash.add(example.learns);
    }
  }
  return to_hex(hash.finish());
}

Result<Dataset> Reader::finish() {
  write_notes();
  if (data_.train.empty()) {
    std::string reasons;
    for (const std::string& note : data_.notes) reasons += (reasons.empty() ? "" : "; ") + note;
    if (reasons.empty()) return fail(ErrorKind::kBadInput, msg::kNoExamples);
    return fail(ErrorKind::kBadInput, msg::kNoExampleLeft, reasons);
  }
  if (n_answers_ > 1 && !answers_differ_) {
    return fail(ErrorKind::kBadInput, msg::kOneAnswer, n_answers_, printable(first_answer_));
  }
  data_.identity = identity();
  return std::move(data_);
}

}  // namespace

Result<Dataset> read_dataset(const std::vector<std::string>& paths, const Tokenizer& tokenizer,
                             const ChatTemplate* chat, const DatasetOptions& options) {
  const double share = options.held_out_share;
  const bool share_is_good = share >= 0 && share <= kMaxHeldOutShare;
  if (!share_is_good) return fail(ErrorKind::kUsage, msg::kBadHeldOutShare, share, kMaxHeldOutShare);
  const int64_t context_length = options.rules.context_length;
  if (context_length < 2) return fail(ErrorKind::kBadInput, msg::kWindowTooShort, context_length);
  Reader reader(tokenizer, chat, options);
  TRY(reader.read(paths, options.held_out_paths));
  return reader.finish();
}

}  // namespace ondol
