#include "server/ollama/ollama_answer.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "server/json/json_text.h"
#include "server/new_id.h"
#include "server/ollama/timestamp.h"

namespace ondol {
namespace {

constexpr const char* kJsonLines = "application/x-ndjson";

// An object of the stream, or the only one, without its own part of the answer.
Json new_object(const OllamaAnswerOptions& options, Answer part, bool done) {
  Json object = {{"model", options.model}, {"created_at", timestamp_now()}};
  if (options.is_chat) {
    Json message = {{"role", "assistant"}, {"content", part.text}};
    if (!part.thinking.empty()) message["thinking"] = part.thinking;
    for (const ToolCall& call : part.tool_calls) {
      Json& calls = message["tool_calls"];
      const Json function = {{"index", calls.size()},
                             {"name", call.name},
                             {"arguments", parse_body(call.arguments).value_or(Json::object())}};
      calls.push_back({{"id", call.id.empty() ? new_id("call_") : call.id}, {"function", function}});
    }
    object["message"] = std::move(message);
  } else {
    object["response"] = part.text;
    if (!part.thinking.empty()) object["thinking"] = part.thinking;
  }
  object["done"] = done;
  return object;
}

// Source: Ollama API documentation, "Generate a completion" and "Generate a chat completion".
class OllamaAnswer : public AnswerSink {
 public:
  OllamaAnswer(std::shared_ptr<Responder> responder, OllamaAnswerOptions options)
      : responder_(std::move(responder)), options_(std::move(options)) {}

  void begin(const std::shared_ptr<const HostedModel>&) override { load_s_ = now_s() - began_s_; }
  void progress(int, const PrefillProgress&) override {}
  void report(int, const TokenReport&) override {}
  void call_piece(int, const CallPiece&) override {}  // arguments are objects here, which have no pieces

  void piece(int, AnswerKind kind, std::string_view text) override {
    if (!options_.streams) return;
    Answer part;
    (kind == AnswerKind::kThinking ? part.thinking : part.text) = text;
    send_line(new_object(options_, std::move(part), /*done=*/false));
  }

  void finish(int, FinishedChoice finished) override {
    Answer& answer = finished.answer;
    // half a call is no object: without a whole one beside it, it is shown as it was written
    if (answer.cut_call && answer.tool_calls.empty()) {
      answer.text += answer.cut_call->text;
      piece(0, AnswerKind::kText, answer.cut_call->text);
    }
    if (options_.streams && !answer.tool_calls.empty()) {
      send_line(new_object(options_, {.tool_calls = answer.tool_calls}, /*done=*/false));
    }
    const Generated& generated = finished.generated;
    last_ = new_object(options_, options_.streams ? Answer() : std::move(answer), /*done=*/true);
    last_["done_reason"] = generated.reason == FinishReason::kLength ? "length" : "stop";
    last_["total_duration"] = nanoseconds(now_s() - began_s_);
    last_["load_duration"] = nanoseconds(load_s_);
    last_["prompt_eval_count"] = generated.n_prompt_tokens;
    last_["prompt_eval_duration"] = nanoseconds(generated.prefill_s);
    last_["eval_count"] = generated.tokens.size();
    last_["eval_duration"] = nanoseconds(generated.decode_s);
  }

  void end() override {
    if (!options_.streams) return responder_->send({.body = json_text(last_)});
    send_line(last_);
    responder_->end();
  }

  void fail(const ApiError& error) override {
    if (!has_begun_) return responder_->send(error_answer(Dialect::kOllama, error));
    responder_->write(error_body(Dialect::kOllama, error) + "\n");
    responder_->end();
  }

 private:
  void send_line(const Json& object) {
    if (!std::exchange(has_begun_, true)) responder_->begin({.content_type = kJsonLines});
    responder_->write(json_text(object) + "\n");
  }

  std::shared_ptr<Responder> responder_;
  OllamaAnswerOptions options_;
  const double began_s_ = now_s();
  double load_s_ = 0;
  Json last_;
  bool has_begun_ = false;
};

}  // namespace

std::shared_ptr<AnswerSink> ollama_answer(std::shared_ptr<Responder> responder, OllamaAnswerOptions options) {
  return std::make_shared<OllamaAnswer>(std::move(responder), std::move(options));
}

void send_silence(Responder& responder, const OllamaAnswerOptions& options, const char* reason) {
  Json object = new_object(options, {}, /*done=*/true);
  object["done_reason"] = reason;
  responder.send({.content_type = options.streams ? kJsonLines : "application/json", .body = json_text(object) + "\n"});
}

}  // namespace ondol
