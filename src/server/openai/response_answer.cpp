#include "server/openai/response_answer.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "server/event_stream.h"
#include "server/new_id.h"
#include "server/sectioned_answer.h"

namespace ondol {
namespace {

// Source: OpenAI API reference, "The response object" and "Streaming events".
class ResponseAnswer : public SectionedAnswer {
 public:
  ResponseAnswer(std::shared_ptr<Responder> responder, bool streams, const Json& echoed)
      : SectionedAnswer(streams), events_(std::move(responder)) {
    response_ = {{"id", new_id("resp_")},         {"object", "response"}, {"created_at", std::time(nullptr)},
                 {"status", "in_progress"},       {"background", false},  {"error", nullptr},
                 {"incomplete_details", nullptr}, {"model", ""}};
    response_.update(echoed);
    response_["output"] = Json::array();
    response_["usage"] = nullptr;
  }

  void begin(const std::shared_ptr<const HostedModel>& model) override {
    model_ = model;
    response_["model"] = model->name;
    send("response.created", {{"response", response_}});
    send("response.in_progress", {{"response", response_}});
  }
  void progress(int, const PrefillProgress&) override {}

  void end() override {
    if (!streams()) return events_.responder().send({.body = json_text(response_)});
    send("response." + response_["status"].get<std::string>(), {{"response", response_}});
    events_.end();
  }

  void fail(const ApiError& error) override {
    if (!events_.has_begun()) return events_.responder().send(error_answer(Dialect::kOpenAi, error));
    response_["status"] = "failed";
    response_["error"] = {{"code", "server_error"}, {"message", error.message}};
    end();
  }

 protected:
  void begin_section(AnswerKind kind) override {
    Json item = {{"id", new_id(kind == AnswerKind::kThinking ? "rs_" : "msg_")}};
    if (kind == AnswerKind::kThinking) item.update({{"type", "reasoning"}, {"summary", Json::array()}});
    else item.update({{"type", "message"}, {"role", "assistant"}});
    item["status"] = "in_progress";
    item["content"] = Json::array();
    begin_item(item);
    content().push_back(
        kind == AnswerKind::kThinking
            ? Json{{"type", "reasoning_text"}, {"text", ""}}
            : Json{{"type", "output_text"}, {"text", ""}, {"annotations", Json::array()}, {"logprobs", Json::array()}});
    send_of_part("response.content_part.added", {{"part", content()[0]}});
  }

  void begin_call(std::string name, std::string id) override {
    begin_item({{"id", new_id("fc_")},
                {"type", "function_call"},
                {"status", "in_progress"},
                {"call_id", id.empty() ? new_id("call_") : std::move(id)},
                {"name", std::move(name)},
                {"arguments", ""}});
  }

  void add_text(AnswerKind kind, std::string_view text) override {
    if (kind == AnswerKind::kToolCall) {
      last_item()["arguments"].get_ref<std::string&>().append(text);
      return send_of_item("response.function_call_arguments.delta", {{"delta", text}});
    }
    if (kind == AnswerKind::kThinking) thinking_ += text;
    content()[0]["text"].get_ref<std::string&>().append(text);
    send_of_text(kind, ".delta", {{"delta", text}});
  }

  void end_section(AnswerKind kind, bool is_cut) override {
    if (kind == AnswerKind::kToolCall) {
      const Json& call = last_item();
      send_of_item("response.function_call_arguments.done", {{"name", call["name"]}, {"arguments", call["arguments"]}});
      return end_item(is_cut);
    }
    send_of_text(kind, ".done", {{"text", content()[0]["text"]}});
    send_of_part("response.content_part.done", {{"part", content()[0]}});
    end_item(is_cut);
  }

  void conclude(const Generated& generated, bool) override {
    const bool is_cut = generated.reason == FinishReason::kLength;
    response_["status"] = is_cut ? "incomplete" : "completed";
    if (is_cut) response_["incomplete_details"] = {{"reason", "max_output_tokens"}};
    const auto n_generated = std::ssize(generated.tokens);
    response_["usage"] = {
        {"input_tokens", generated.n_prompt_tokens},
        {"input_tokens_details", {{"cached_tokens", generated.n_cached_tokens}, {"cache_write_tokens", 0}}},
        {"output_tokens", n_generated},
        {"output_tokens_details", {{"reasoning_tokens", n_thinking_tokens(n_generated)}}},
        {"total_tokens", generated.n_prompt_tokens + n_generated}};
  }

 private:
  // Its text's, counted anew: the marks around it are not among them.
  int64_t n_thinking_tokens(int64_t n_generated) const {
    if (thinking_.empty()) return 0;
    return std::min<int64_t>(std::ssize(model_->model.tokenizer->encode(thinking_, {})), n_generated);
  }

  Json& items() { return response_["output"]; }
  Json& last_item() { return items().back(); }
  Json& content() { return last_item()["content"]; }

  void begin_item(const Json& item) {
    items().push_back(item);
    send("response.output_item.added", {{"output_index", items().size() - 1}, {"item", item}});
  }
  void end_item(bool is_cut) {
    last_item()["status"] = is_cut ? "incomplete" : "completed";
    send("response.output_item.done", {{"output_index", items().size() - 1}, {"item", last_item()}});
  }

  // Events of the item that was begun last, of its only part, and of that part's text.
  void send_of_item(const std::string& type, const Json& fields) {
    Json event = {{"item_id", last_item()["id"]}, {"output_index", items().size() - 1}};
    event.update(fields);
    send(type, event);
  }
  void send_of_part(const std::string& type, const Json& fields) {
    Json event = {{"content_index", 0}};
    event.update(fields);
    send_of_item(type, event);
  }
  void send_of_text(AnswerKind kind, const char* what, Json fields) {
    const bool is_thinking = kind == AnswerKind::kThinking;
    if (!is_thinking) fields["logprobs"] = Json::array();
    send_of_part(std::string(is_thinking ? "response.reasoning_text" : "response.output_text") + what, fields);
  }

  void send(const std::string& type, const Json& fields) {
    if (!streams()) return;
    Json event = {{"type", type}, {"sequence_number", n_events_++}};
    event.update(fields);
    events_.send(event, type);
  }

  EventStream events_;
  std::shared_ptr<const HostedModel> model_;
  Json response_;
  std::string thinking_;
  int64_t n_events_ = 0;
};

}  // namespace

std::shared_ptr<AnswerSink> response_answer(std::shared_ptr<Responder> responder, bool streams, const Json& echoed) {
  return std::make_shared<ResponseAnswer>(std::move(responder), streams, echoed);
}

}  // namespace ondol
