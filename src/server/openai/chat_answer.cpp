#include "server/openai/chat_answer.h"

#include <ctime>
#include <nlohmann/json.hpp>

#include "server/new_id.h"
#include "server/openai/chunk_stream.h"

namespace ondol {
namespace {

// Source: OpenAI API reference, "The chat completion object".
class WholeChat : public AnswerSink {
 public:
  WholeChat(std::shared_ptr<Responder> responder, int n)
      : responder_(std::move(responder)), choices_(static_cast<size_t>(n)) {}

  void begin(const std::shared_ptr<const HostedModel>& model) override { model_ = model; }
  void progress(int, const PrefillProgress&) override {}
  void piece(int, AnswerKind, std::string_view) override {}
  void call_piece(int, const CallPiece&) override {}
  void report(int choice, const TokenReport& report) override {
    Json& tokens = choices_[static_cast<size_t>(choice)]["logprobs"]["content"];
    tokens.push_back(token_json(report, *model_->model.tokenizer));
  }

  void finish(int choice, FinishedChoice finished) override {
    const Answer& answer = finished.answer;
    std::vector<ToolCall> calls = answer.tool_calls;
    if (answer.cut_call) calls.push_back(answer.cut_call->call);
    const bool only_calls = answer.text.empty() && !calls.empty();
    Json message = {
        {"role", "assistant"}, {"content", only_calls ? Json(nullptr) : Json(answer.text)}, {"refusal", nullptr}};
    if (!answer.thinking.empty()) message["reasoning_content"] = answer.thinking;
    if (!calls.empty()) message["tool_calls"] = calls_json(calls);
    Json& mine = choices_[static_cast<size_t>(choice)];
    Json likelihoods = mine.contains("logprobs") ? mine["logprobs"] : Json(nullptr);
    if (!likelihoods.is_null()) likelihoods["refusal"] = nullptr;
    mine = {{"index", choice},
            {"message", std::move(message)},
            {"logprobs", std::move(likelihoods)},
            {"finish_reason", finish_reason(finished)}};
    usage_.add(finished.generated, choice == 0);
    if (choice == 0) timings_ = timings_of(finished.generated);
  }

  void end() override {
    responder_->send({.body = json_text({{"id", new_id("chatcmpl-")},
                                         {"object", "chat.completion"},
                                         {"created", std::time(nullptr)},
                                         {"model", model_->name},
                                         {"choices", std::move(choices_)},
                                         {"usage", usage_.json()},
                                         {"timings", std::move(timings_)}})});
  }
  void fail(const ApiError& error) override { responder_->send(error_answer(Dialect::kOpenAi, error)); }

 private:
  std::shared_ptr<Responder> responder_;
  std::shared_ptr<const HostedModel> model_;
  std::vector<Json> choices_;
  TokenUsage usage_;
  Json timings_;
};

// Source: OpenAI API reference, "The chat completion chunk object".
class StreamedChat : public AnswerSink {
 public:
  StreamedChat(std::shared_ptr<Responder> responder, int n, const Delivery& delivery)
      : events_(std::move(responder)),
        n_(n),
        delivery_(delivery),
        likelihoods_(static_cast<size_t>(n), Json::array()),
        n_calls_(static_cast<size_t>(n)) {}

  void begin(const std::shared_ptr<const HostedModel>& model) override {
    model_ = model;
    for (int choice = 0; choice < n_; ++choice) { send(choice, {{"role", "assistant"}, {"content", ""}}); }
  }

  void progress(int choice, const PrefillProgress& progress) override {
    if (!delivery_.return_progress || choice != 0) return;
    Json chunk = new_chunk();
    chunk["choices"] = Json::array();
    chunk["prompt_progress"] = {{"total", progress.n_prompt},
                                {"cache", progress.n_cached},
                                {"processed", progress.n_done},
                                {"time_ms", static_cast<int64_t>(1000 * progress.seconds)}};
    events_.send(chunk);
  }

  void report(int choice, const TokenReport& report) override {
    likelihoods_[static_cast<size_t>(choice)].push_back(token_json(report, *model_->model.tokenizer));
  }
  void piece(int choice, AnswerKind kind, std::string_view text) override {
    send(choice, {{kind == AnswerKind::kThinking ? "reasoning_content" : "content", text}});
  }
  void call_piece(int choice, const CallPiece& piece) override {
    if (!piece.name.empty()) {
      return send_call(choice, {.name = std::string(piece.name), .arguments = {}, .id = std::string(piece.id)});
    }
    const int64_t index = n_calls_[static_cast<size_t>(choice)] - 1;
    send_of_call(choice, {{"index", index}, {"function", {{"arguments", piece.arguments}}}});
  }

  void finish(int choice, FinishedChoice finished) override {
    const bool was_told = n_calls_[static_cast<size_t>(choice)] > 0;
    for (const ToolCall& call : finished.answer.tool_calls) {
      if (!was_told) send_call(choice, call);
    }
    usage_.add(finished.generated, choice == 0);
    Json chunk = chunk_of_choice(choice, Json::object(), Json(finish_reason(finished)));
    chunk["timings"] = timings_of(finished.generated);
    events_.send(chunk);
  }

  void end() override {
    if (delivery_.include_usage) {
      Json chunk = new_chunk();
      chunk["choices"] = Json::array();
      chunk["usage"] = usage_.json();
      events_.send(chunk);
    }
    events_.finish();
  }

  void fail(const ApiError& error) override { events_.fail(error); }

 private:
  Json new_chunk() const {
    Json chunk = {{"id", id_}, {"object", "chat.completion.chunk"}, {"created", created_s_}, {"model", model_->name}};
    if (delivery_.include_usage) chunk["usage"] = nullptr;
    return chunk;
  }
  Json chunk_of_choice(int choice, Json delta, Json reason) {
    Json& reports = likelihoods_[static_cast<size_t>(choice)];
    Json chunk = new_chunk();
    Json entry = {
        {"index", choice}, {"delta", std::move(delta)}, {"logprobs", nullptr}, {"finish_reason", std::move(reason)}};
    if (!reports.empty())
      entry["logprobs"] = {{"content", std::exchange(reports, Json::array())}, {"refusal", nullptr}};
    chunk["choices"] = Json::array({std::move(entry)});
    return chunk;
  }
  void send_call(int choice, const ToolCall& call) {
    Json entry = {{"index", n_calls_[static_cast<size_t>(choice)]++}};
    entry.update(call_json(call));
    send_of_call(choice, std::move(entry));
  }
  void send_of_call(int choice, Json entry) { send(choice, {{"tool_calls", Json::array({std::move(entry)})}}); }
  void send(int choice, Json delta) { events_.send(chunk_of_choice(choice, std::move(delta), nullptr)); }

  ChunkStream events_;
  const int n_;
  const Delivery delivery_;
  std::shared_ptr<const HostedModel> model_;
  const std::string id_ = new_id("chatcmpl-");
  const std::time_t created_s_ = std::time(nullptr);
  std::vector<Json> likelihoods_;  // of each choice, of tokens not sent yet
  std::vector<int64_t> n_calls_;   // of each choice, told so far
  TokenUsage usage_;
};

}  // namespace

std::shared_ptr<AnswerSink> whole_chat_answer(std::shared_ptr<Responder> responder, int n) {
  return std::make_shared<WholeChat>(std::move(responder), n);
}
std::shared_ptr<AnswerSink> streamed_chat_answer(std::shared_ptr<Responder> responder, int n,
                                                 const Delivery& delivery) {
  return std::make_shared<StreamedChat>(std::move(responder), n, delivery);
}

}  // namespace ondol
