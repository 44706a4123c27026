#include "server/openai/text_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "server/new_id.h"
#include "server/openai/answer_json.h"
#include "server/openai/chunk_stream.h"

namespace ondol {
namespace {

bool begins_character(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) != 0x80; }

// A token as the legacy form names it: its text, or its bytes where they are no text.
std::string token_name(std::string_view bytes) {
  if (repair_utf8(bytes).n_replaced == 0) return std::string(bytes);
  std::string name = "bytes:";
  for (const char byte : bytes) name += fmt::format("\\x{:02x}", static_cast<uint8_t>(byte));
  return name;
}

// "logprobs" of one choice, grown token by token.
class TokenTable {
 public:
  void add(const TokenReport& report, const Tokenizer& tokenizer) {
    Json top = Json::object();
    for (const TokenLikelihood& likely : report.top) {
      top.emplace(token_name(tokenizer.piece(likely.token, /*special=*/true)), finite_logprob(likely.log_probability));
    }
    top[token_name(report.text)] = finite_logprob(report.chosen.log_probability);
    table_["tokens"].push_back(token_name(report.text));
    table_["token_logprobs"].push_back(finite_logprob(report.chosen.log_probability));
    table_["top_logprobs"].push_back(std::move(top));
    table_["text_offset"].push_back(n_characters_);
    skip(report.text);
  }
  // Text in front of the next token.
  void skip(std::string_view text) { n_characters_ += std::count_if(text.begin(), text.end(), begins_character); }

  // What was added since the last call.
  Json take() { return std::exchange(table_, empty()); }
  bool has_tokens() const { return !table_["tokens"].empty(); }

 private:
  static Json empty() {
    return {{"tokens", Json::array()},
            {"token_logprobs", Json::array()},
            {"top_logprobs", Json::array()},
            {"text_offset", Json::array()}};
  }
  Json table_ = empty();
  int64_t n_characters_ = 0;
};

// Source: OpenAI API reference, "The completion object".
class TextAnswer : public AnswerSink {
 public:
  TextAnswer(std::shared_ptr<Responder> responder, TextAnswerOptions options)
      : events_(std::move(responder)), options_(std::move(options)) {
    tables_.resize(static_cast<size_t>(options_.n_prompts) * static_cast<size_t>(options_.n_each));
    texts_.resize(tables_.size());
    reasons_.resize(tables_.size());
  }

  void begin(const std::shared_ptr<const HostedModel>& model) override {
    model_ = model;
    for (size_t choice = 0; choice < tables_.size() && !options_.echoed.empty(); ++choice) {
      const std::string prompt = text_of(options_.echoed[choice / static_cast<size_t>(options_.n_each)]);
      tables_[choice].skip(prompt);
      show(choice, prompt);
    }
  }
  void progress(int, const PrefillProgress&) override {}
  void report(int choice, const TokenReport& report) override {
    tables_[static_cast<size_t>(choice)].add(report, *model_->model.tokenizer);
  }
  void call_piece(int, const CallPiece&) override {}  // text calls nothing
  void piece(int choice, AnswerKind, std::string_view text) override { show(static_cast<size_t>(choice), text); }

  void finish(int choice, FinishedChoice finished) override {
    const auto index = static_cast<size_t>(choice);
    usage_.add(finished.generated, choice % options_.n_each == 0);
    reasons_[index] = finish_reason(finished);
    if (options_.delivery.streams) send_chunk(index, "", reasons_[index]);
  }

  void end() override {
    if (!options_.delivery.streams) {
      Json choices = Json::array();
      for (size_t i = 0; i < tables_.size(); ++i) choices.push_back(choice_json(i, texts_[i], reasons_[i]));
      Json whole = object_of(std::move(choices));
      whole["usage"] = usage_.json();
      return events_.responder().send({.body = json_text(whole)});
    }
    if (options_.delivery.include_usage) {
      Json chunk = object_of(Json::array());
      chunk["usage"] = usage_.json();
      events_.send(chunk);
    }
    events_.finish();
  }

  void fail(const ApiError& error) override { events_.fail(error); }

 private:
  std::string text_of(const RawPrompt& prompt) const {
    if (const auto* text = std::get_if<std::string>(&prompt)) return *text;
    return repair_utf8(model_->model.tokenizer->decode(std::get<std::vector<TokenId>>(prompt))).text;
  }

  void show(size_t choice, std::string_view text) {
    if (!options_.delivery.streams) texts_[choice] += text;
    else if (!text.empty()) send_chunk(choice, text, nullptr);
  }
  void send_chunk(size_t choice, std::string_view text, Json reason) {
    Json chunk = object_of(Json::array({choice_json(choice, text, std::move(reason))}));
    if (options_.delivery.include_usage) chunk["usage"] = nullptr;
    events_.send(chunk);
  }

  Json choice_json(size_t choice, std::string_view text, Json reason) {
    const bool has_table = options_.has_likelihoods && (!options_.delivery.streams || tables_[choice].has_tokens());
    return {{"text", text},
            {"index", choice},
            {"logprobs", has_table ? tables_[choice].take() : Json(nullptr)},
            {"finish_reason", std::move(reason)}};
  }
  Json object_of(Json choices) const {
    return {{"id", id_},
            {"object", "text_completion"},
            {"created", created_s_},
            {"model", model_->name},
            {"choices", std::move(choices)}};
  }

  ChunkStream events_;
  TextAnswerOptions options_;
  std::shared_ptr<const HostedModel> model_;
  const std::string id_ = new_id("cmpl-");
  const std::time_t created_s_ = std::time(nullptr);
  std::vector<TokenTable> tables_;    // of each choice
  std::vector<std::string> texts_;    // of whole answers
  std::vector<std::string> reasons_;  // why they ended
  TokenUsage usage_;
};

}  // namespace

std::shared_ptr<AnswerSink> text_answer(std::shared_ptr<Responder> responder, TextAnswerOptions options) {
  return std::make_shared<TextAnswer>(std::move(responder), std::move(options));
}

}  // namespace ondol
