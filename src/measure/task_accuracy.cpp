#include "measure/task_accuracy.h"

#include <algorithm>
#include <deque>
#include <map>

#include "base/clock.h"
#include "engine/answer_format.h"
#include "engine/streams.h"
#include "grammar/json_value.h"
#include "measure/measure_messages.h"
#include "measure/perplexity.h"
#include "measure/records/records_messages.h"
#include "prompt/exchange.h"
#include "prompt/prompt_messages.h"
#include "prompt/thinking.h"

namespace ondol {
namespace {

constexpr int64_t kMaxStreams = 16;
constexpr int64_t kMaxPositions = 8192;  // of all streams together; one that needs more runs alone

tl::unexpected<Error> at_line(const std::string& data, const TaskCase& one, const Error& error) {
  return tl::make_unexpected(Error{error.kind, format_message(msg::kBadLine, data, one.line, error.message)});
}

// An engine for as many sequences of `length` positions as are worth their memory.
Result<std::unique_ptr<Engine>> make_engine(const Model& model, ThreadPool& pool, KvType kv_type, int64_t length) {
  const int64_t n_streams = std::clamp(kMaxPositions / length, int64_t{1}, kMaxStreams);
  return Engine::create(model, pool,
                        {.context_length = std::min(length, model.hp.context_length),
                         .kv_type = kv_type,
                         .max_sequences = static_cast<int>(n_streams)});
}

Status check_length(const Model& model, const std::string& data, const TaskCase& one, size_t n_tokens) {
  if (static_cast<int64_t>(n_tokens) < model.hp.context_length) return ok();
  return fail(ErrorKind::kBadInput, msg::kCaseTooLong, data, one.line, n_tokens, model.hp.context_length);
}

// A question on its way through the engine.
struct Asked {
  std::vector<TokenId> prompt;
  AnswerSyntax syntax;
  AnswerFormat format;  // behind the model's thinking; not used without TaskOptions::format
  bool special = false;
};

// Asks the model everything and reads what it says.
class Asking {
 public:
  Asking(const Model& model, const std::string& data, const std::vector<TaskCase>& cases, const TaskOptions& options)
      : model_(model), data_(data), cases_(cases), options_(options), encoder_(*model.tokenizer) {}

  Status run(ThreadPool& pool, TaskAccuracy& accuracy);

 private:
  Result<Asked> ask(const TaskCase& one) const;
  void end(size_t index, const Generated& generated);

  const Model& model_;
  const std::string& data_;
  const std::vector<TaskCase>& cases_;
  const TaskOptions& options_;
  PromptEncoder encoder_;
  std::deque<Asked> asked_;  // of each case; streams point into it
  std::optional<Error> error_;
  TaskAccuracy* accuracy_ = nullptr;
  int64_t n_done_ = 0;
};

Result<Asked> Asking::ask(const TaskCase& one) const {
  const Tokenizer& tokenizer = *model_.tokenizer;
  Asked asked;
  if (!options_.chat) {
    if (one.prompt.empty()) return fail(ErrorKind::kBadInput, msg::kChatNeedsTemplate, chat_template_names());
    asked.prompt = tokenizer.encode(one.prompt, {.add_bos = tokenizer.wants_bos});
    if (options_.format) asked.format = *options_.format;
    return asked;
  }
  const ChatTemplate& chat = *options_.chat;
  TRY(const std::vector<PromptPiece> pieces,
      chat.render({.messages = one.question, .edges = edge_tokens(tokenizer), .tools = one.tools, .now = time_now()}));
  asked.prompt = encoder_.encode(pieces);
  const bool ends_with_template = !pieces.empty() && pieces.back().from_template;
  asked.syntax = recognize_answer_syntax(chat.source(), ends_with_template ? pieces.back().text : "", false);
  asked.special = marks_are_control_tokens(recognize_answer_syntax(chat.source(), "", false), tokenizer);
  if (options_.format) asked.format = behind_thinking(*options_.format, asked.syntax, tokenizer);
  return asked;
}

Status Asking::run(ThreadPool& pool, TaskAccuracy& accuracy) {
  accuracy_ = &accuracy;
  size_t longest = 0;
  for (const TaskCase& one : cases_) {
    auto asked = ask(one);
    if (!asked) return at_line(data_, one, asked.error());
    TRY(check_length(model_, data_, one, asked->prompt.size()));
    longest = std::max(longest, asked->prompt.size());
    asked_.push_back(std::move(*asked));
  }
  TRY(const auto engine,
      make_engine(model_, pool, options_.kv_type, static_cast<int64_t>(longest) + options_.max_tokens));
  Streams streams(*engine);
  streams.read_in_whole_steps();
  for (size_t i = 0; i < cases_.size(); ++i) {
    const Asked& asked = asked_[i];
    StreamRequest request{.prompt = asked.prompt};
    request.options.sampler.temperature = 0;
    request.options.max_tokens = options_.max_tokens;
    request.options.special = asked.special;
    request.options.format = options_.format ? &asked.format : nullptr;
    request.on_end = [this, i](Result<Generated> generated) {
      if (generated) end(i, *generated);
      else if (!error_) error_ = generated.error();
    };
    TRY(streams.add(std::move(request)));
  }
  while (!streams.idle() && !error_) TRY(streams.step());
  if (error_) return tl::make_unexpected(*error_);
  return ok();
}

void Asking::end(size_t index, const Generated& generated) {
  AnswerReader reader(asked_[index].syntax, nullptr);
  reader.push(generated.text);
  TaskAnswer& answer = accuracy_->answers[index];
  answer.text = reader.finish().text;
  answer.is_right = is_right(options_.task, answer.text, cases_[index].gold);
  accuracy_->n_tokens += std::ssize(generated.tokens);
  accuracy_->n_cut += generated.reason == FinishReason::kLength;
  if (options_.progress) options_.progress(++n_done_, std::ssize(cases_));
}

// Finds the likeliest answer of each case.
class Choosing {
 public:
  Choosing(const Model& model, const std::string& data, const std::vector<TaskCase>& cases, const TaskOptions& options)
      : model_(model),
        data_(data),
        cases_(cases),
        options_(options),
        encoder_(*model.tokenizer, options.chat, time_now()) {}

  Status run(ThreadPool& pool, TaskAccuracy& accuracy);

 private:
  struct Weighed {
    std::vector<TokenId> prompt;
    std::vector<std::vector<TokenId>> answers;  // of each choice
    std::vector<double> losses;                 // -ln of their likelihoods
    SequenceId sequence{};
  };
  Result<Weighed> weigh(const TaskCase& one) const;
  Status score(Engine& engine, std::span<Weighed> batch, TaskAccuracy& accuracy) const;

  const Model& model_;
  const std::string& data_;
  const std::vector<TaskCase>& cases_;
  const TaskOptions& options_;
  ExchangeEncoder encoder_;
};

Result<Choosing::Weighed> Choosing::weigh(const TaskCase& one) const {
  Weighed weighed;
  for (const std::string& choice : one.choices) {
    const auto encode = [&]() -> Result<Exchange> {
      if (!options_.chat) {
        if (one.prompt.empty()) return fail(ErrorKind::kBadInput, msg::kChatNeedsTemplate, chat_template_names());
        return encoder_.completion(one.prompt, choice);
      }
      std::vector<ChatMessage> messages = one.question;
      messages.push_back({Role::kAssistant, choice});
      return encoder_.chat(messages, one.tools);
    };
    TRY(Exchange exchange, encode());
    weighed.prompt = std::move(exchange.prompt);  // the same for all
    weighed.answers.push_back(std::move(exchange.answer));
  }
  weighed.losses.resize(weighed.answers.size());
  return weighed;
}

// Feeds all prompts in one pass, then the answers, those of the first choice first; what an answer added is forgotten
// before the next one.
Status Choosing::score(Engine& engine, std::span<Weighed> batch, TaskAccuracy& accuracy) const {
  const int64_t vocab_size = model_.hp.vocab_size;
  std::vector<Engine::Input> inputs;
  for (const Weighed& one : batch) inputs.push_back({.sequence = one.sequence, .tokens = one.prompt});
  TRY(engine.step(inputs, [&](const Engine::Rows& rows) {
    Weighed& one = batch[rows.input];
    for (size_t i = 0; i < one.answers.size(); ++i) {
      one.losses[i] += token_loss(rows.logits, vocab_size, one.answers[i].front());
    }
  }));
  for (const Weighed& one : batch) accuracy.n_tokens += std::ssize(one.prompt);
  for (size_t choice = 0;; ++choice) {
    inputs.clear();
    std::vector<Weighed*> fed;
    for (Weighed& one : batch) {
      if (choice >= one.answers.size()) continue;
      accuracy.n_tokens += std::ssize(one.answers[choice]);
      if (one.answers[choice].size() == 1) continue;
      const auto all_but_last = std::span(one.answers[choice]).first(one.answers[choice].size() - 1);
      inputs.push_back({.sequence = one.sequence, .tokens = all_but_last, .all_logits = true});
      fed.push_back(&one);
    }
    const bool any_left =
        std::any_of(batch.begin(), batch.end(), [&](const Weighed& one) { return choice < one.answers.size(); });
    if (!any_left) return ok();
    if (inputs.empty()) continue;
    TRY(engine.step(inputs, [&](const Engine::Rows& rows) {
      Weighed& one = *fed[rows.input];
      for (int64_t i = 0; i < rows.n_rows; ++i) {
        const TokenId target = one.answers[choice][static_cast<size_t>(rows.first_token + i + 1)];
        one.losses[choice] += token_loss(rows.logits + i * vocab_size, vocab_size, target);
      }
    }));
    inputs.clear();
    for (Weighed* one : fed) {
      const auto left = static_cast<size_t>(engine.truncate(one->sequence, std::ssize(one->prompt)));
      if (left < one->prompt.size()) {
        inputs.push_back({.sequence = one->sequence, .tokens = std::span(one->prompt).subspan(left)});
      }
    }
    TRY(engine.step(inputs, [](const Engine::Rows&) {}));
  }
}

Status Choosing::run(ThreadPool& pool, TaskAccuracy& accuracy) {
  std::vector<Weighed> all;
  int64_t longest = 0;
  for (const TaskCase& one : cases_) {
    auto weighed = weigh(one);
    if (!weighed) return at_line(data_, one, weighed.error());
    size_t longest_answer = 0;
    for (const auto& answer : weighed->answers) longest_answer = std::max(longest_answer, answer.size());
    const size_t n_tokens = weighed->prompt.size() + longest_answer;
    TRY(check_length(model_, data_, one, n_tokens));
    longest = std::max(longest, static_cast<int64_t>(n_tokens));
    all.push_back(std::move(*weighed));
  }
  TRY(const auto engine, make_engine(model_, pool, options_.kv_type, longest));
  std::vector<SequenceId> sequences;
  for (auto sequence = engine->open(); sequence; sequence = engine->open()) sequences.push_back(*sequence);
  for (size_t begin = 0; begin < all.size(); begin += sequences.size()) {
    const auto batch = std::span(all).subspan(begin, std::min(sequences.size(), all.size() - begin));
    for (size_t i = 0; i < batch.size(); ++i) {
      engine->truncate(sequences[i], 0);
      batch[i].sequence = sequences[i];
    }
    TRY(score(*engine, batch, accuracy));
    if (options_.progress) options_.progress(static_cast<int64_t>(begin + batch.size()), std::ssize(cases_));
  }
  for (size_t i = 0; i < all.size(); ++i) {
    const auto best = std::min_element(all[i].losses.begin(), all[i].losses.end()) - all[i].losses.begin();
    TaskAnswer& answer = accuracy.answers[i];
    answer.text = cases_[i].choices[static_cast<size_t>(best)];
    answer.is_right = is_right(Task::kChoice, answer.text, cases_[i].gold);
  }
  return ok();
}

void count(const std::vector<TaskCase>& cases, TaskAccuracy& accuracy) {
  std::map<std::string, TaskGroup> groups;
  for (size_t i = 0; i < cases.size(); ++i) {
    TaskAnswer& answer = accuracy.answers[i];
    answer.is_json = parse_json(answer.text).has_value();
    accuracy.n_right += answer.is_right;
    accuracy.n_json += answer.is_json;
    TaskGroup& group = groups[cases[i].group];
    group.n_right += answer.is_right;
    ++group.n_all;
  }
  const bool has_groups = groups.size() > 1 || !groups.begin()->first.empty();
  for (auto& [name, group] : groups) {
    group.name = name;
    if (has_groups) accuracy.groups.push_back(group);
  }
  accuracy.value = static_cast<double>(accuracy.n_right) / static_cast<double>(cases.size());
  accuracy.interval = bootstrap_interval(accuracy.n_right, std::ssize(cases));
}

}  // namespace

Result<TaskAccuracy> measure_task(const Model& model, ThreadPool& pool, const std::string& data,
                                  const std::vector<TaskCase>& cases, const TaskOptions& options) {
  TaskAccuracy accuracy;
  accuracy.answers.resize(cases.size());
  const double start_s = now_s();
  if (options.task == Task::kChoice) TRY(Choosing(model, data, cases, options).run(pool, accuracy));
  else TRY(Asking(model, data, cases, options).run(pool, accuracy));
  accuracy.seconds = now_s() - start_s;
  count(cases, accuracy);
  return accuracy;
}

}  // namespace ondol
