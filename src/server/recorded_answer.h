// For tests of what sinks write: a responder that keeps it, and calls as the engine thread makes them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "server/answer_sink.h"
#include "server/json/json_text.h"

namespace ondol {

class RecordedAnswer : public Responder {
 public:
  void send(HttpAnswer answer) override {
    head = std::move(answer);
    text = head.body;
    has_ended = true;
  }
  void begin(HttpAnswer begun) override { head = std::move(begun); }
  void write(std::string piece) override { text += piece; }
  void end() override { has_ended = true; }
  bool gone() const override { return false; }
  void on_gone(std::function<void()>) override {}

  HttpAnswer head;
  std::string text;
  bool has_ended = false;
};

// What differs from call to call, ids, times and durations, as "*".
inline Json masked(Json json) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      const bool is_id = (key == "id" || key == "item_id" || key == "call_id") && value.is_string();
      const bool is_time = key.starts_with("created") || key.ends_with("duration");
      if (is_id) value = value.get<std::string>().substr(0, value.get<std::string>().find('_') + 1) + "*";
      else if (is_time) value = "*";
      else value = masked(value);
    }
  } else if (json.is_array()) {
    for (Json& value : json) value = masked(value);
  }
  return json;
}

// The masked objects of a body: one, JSON lines, or the data of events, whose names must be their types.
inline std::vector<Json> objects_of(const RecordedAnswer& answer) {
  std::vector<Json> objects;
  std::istringstream lines(answer.text);
  std::string line, name;
  while (std::getline(lines, line)) {
    if (line.starts_with("event: ")) name = line.substr(7);
    if (line.starts_with("data: ")) line.erase(0, 6);
    if (!line.starts_with("{")) continue;
    objects.push_back(masked(Json::parse(line)));
    if (name.empty()) continue;
    EXPECT_EQ(objects.back()["type"], std::exchange(name, ""));
  }
  return objects;
}

inline std::string lines_of(const std::vector<Json>& objects) {
  std::string lines;
  for (const Json& object : objects) lines += object.dump() + "\n";
  return lines;
}

// Each byte is a token.
class ByteTokenizer : public Tokenizer {
 public:
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions&) const override {
    std::vector<TokenId> ids;
    for (const char c : text) ids.push_back(static_cast<TokenId>(static_cast<uint8_t>(c)));
    return ids;
  }
  std::string piece(TokenId id, bool) const override { return std::string(1, static_cast<char>(id)); }
  std::string decode(std::span<const TokenId> ids, bool) const override {
    std::string text;
    for (const TokenId id : ids) text += static_cast<char>(id);
    return text;
  }
  int64_t vocab_size() const override { return 256; }
  std::string_view model() const override { return "bytes"; }
  std::string_view pre() const override { return ""; }
  TokenKind kind(TokenId) const override { return TokenKind::kNormal; }
  std::string_view text(TokenId) const override { return ""; }
  std::optional<TokenId> find(std::string_view) const override { return std::nullopt; }
  bool ends_generation(TokenId) const override { return false; }
};

inline std::shared_ptr<HostedModel> byte_model() {
  auto model = std::make_shared<HostedModel>();
  model->name = "m";
  model->model.tokenizer = std::make_shared<ByteTokenizer>();
  return model;
}

// As the engine makes its calls for one choice: 7 tokens of prompt, 3 of them cached, thinking, text and, where they
// are followed, the arguments of calls a word at a time, 5 tokens generated.
struct Spoken {
  Answer answer;
  FinishReason reason = FinishReason::kStop;
  std::string stop = {};
  bool follows_calls = false;
};
inline void speak(AnswerSink& sink, const Spoken& spoken) {
  sink.begin(byte_model());
  sink.progress(0, {.n_prompt = 7, .n_cached = 3, .n_done = 3, .seconds = 0});
  const auto in_words = [](std::string_view text, const auto& say) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find(' ', at), text.size() - 1) + 1;
      say(text.substr(at, end - at));
      at = end;
    }
  };
  const Answer& answer = spoken.answer;
  in_words(answer.thinking, [&](std::string_view word) { sink.piece(0, AnswerKind::kThinking, word); });
  in_words(answer.text, [&](std::string_view word) { sink.piece(0, AnswerKind::kText, word); });
  std::vector<ToolCall> calls = answer.tool_calls;
  if (answer.cut_call) calls.push_back(answer.cut_call->call);
  for (size_t i = 0; i < calls.size() && spoken.follows_calls; ++i) {
    sink.call_piece(0, {.name = calls[i].name, .id = calls[i].id});
    in_words(calls[i].arguments, [&](std::string_view word) { sink.call_piece(0, {.arguments = word}); });
  }
  Generated generated;
  generated.tokens.resize(5);
  generated.reason = spoken.reason;
  generated.stop = spoken.stop;
  generated.n_prompt_tokens = 7;
  generated.n_cached_tokens = 3;
  sink.finish(0, {.answer = spoken.answer, .generated = std::move(generated)});
  sink.end();
}

}  // namespace ondol
