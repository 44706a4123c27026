#include "compress/default_text.h"

#include <algorithm>

#include "base/random.h"
#include "base/sha256.h"
#include "compress/default_text_files.h"
#include "tune/data/example_encoder.h"
#include "tune/synthesis/local_source.h"

namespace ondol {
namespace {

std::vector<std::string_view> parts(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
  return all;
}

// Cut behind full stops, question and exclamation marks that a space follows, and at line ends.
void add_sentences(std::string_view passage, std::vector<std::string_view>& all) {
  constexpr size_t kLeast = 4, kMost = 120;
  for (std::string_view line : parts(passage, "\n")) {
    while (!line.empty()) {
      size_t end = 0;
      do {
        end = std::min(line.find_first_of(".?!", end), line.size() - 1) + 1;
      } while (end < line.size() && line[end] != ' ');
      if (end >= kLeast && end <= kMost) all.push_back(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
    }
  }
}

// What the model answers to the default questions, as chats.
Result<std::vector<Record>> own_chats(const Model& model, const ChatTemplate& chat, ThreadPool& pool,
                                      const std::function<void(int64_t, int64_t)>& progress) {
  constexpr int64_t kMostAnswerTokens = 96;
  const std::vector<std::string_view> asked = default_questions();
  TRY(const auto source, LocalSource::create(model, chat, pool, std::nullopt));
  std::vector<Record> chats;
  const auto n_at_once = static_cast<size_t>(source->n_at_once());
  for (size_t first = 0; first < asked.size(); first += n_at_once) {
    std::vector<SourceQuestion> questions;
    for (size_t i = first; i < std::min(asked.size(), first + n_at_once); ++i) {
      questions.push_back({.prompt = std::string(asked[i]),
                           .max_tokens = std::min(kMostAnswerTokens, model.hp.context_length / 2),
                           .temperature = 1,
                           .seed = i});
    }
    TRY(const std::vector<SourceAnswer> answers, source->answer(questions));
    for (size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
      chats.push_back({.kind = RecordKind::kChat,
                       .messages = {{Role::kUser, questions[i].prompt}, {Role::kAssistant, answers[i].text}}});
    }
    if (progress) progress(static_cast<int64_t>(first + questions.size()), std::ssize(asked));
  }
  return chats;
}

}  // namespace

std::vector<std::string_view> default_passages() {
  const std::vector<std::string_view> korean = parts(kDefaultKorean, "\n\n"), english = parts(kDefaultEnglish, "\n\n");
  std::vector<std::string_view> all;
  for (size_t i = 0; i < std::max(korean.size(), english.size()); ++i) {
    if (i < korean.size()) all.push_back(korean[i]);
    if (i < english.size()) all.push_back(english[i]);
  }
  return all;
}

std::vector<std::string_view> default_questions() {
  std::vector<std::string_view> all;
  for (const std::string_view passage : default_passages()) add_sentences(passage, all);
  SplitMix64 random(1);
  for (size_t i = all.size(); i > 1; --i) {
    std::swap(all[i - 1], all[static_cast<size_t>(random.below(static_cast<int64_t>(i)))]);
  }
  return all;
}

Result<Dataset> default_examples(const Model& model, const ChatTemplate* chat, int64_t most_tokens, ThreadPool& pool,
                                 const std::function<void(int64_t, int64_t)>& progress) {
  std::vector<Record> records;
  if (chat != nullptr) { TRY(records, own_chats(model, *chat, pool, progress)); }
  if (records.empty()) {
    for (const std::string_view passage : default_passages()) records.push_back({.text = std::string(passage)});
  }
  const EncodeRules rules{.context_length = std::min(most_tokens, model.hp.context_length)};
  const ExampleEncoder encoder(*model.tokenizer, chat, rules);
  Dataset data;
  Sha256 identity;
  for (const Record& record : records) {
    TRY(std::vector<Example> examples, encoder.encode(record));
    for (Example& example : examples) {
      if (std::ssize(example.tokens) > rules.context_length) continue;
      for (const TokenId token : example.tokens) identity.add_value(token);
      data.train.push_back(std::move(example));
    }
  }
  data.identity = to_hex(identity.finish());
  return data;
}

}  // namespace ondol
