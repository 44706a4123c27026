#include "server/anthropic/message_answer.h"

#include <nlohmann/json.hpp>

#include "server/event_stream.h"
#include "server/new_id.h"
#include "server/sectioned_answer.h"

namespace ondol {
namespace {

Json usage_json(int64_t n_prompt, int64_t n_cached, int64_t n_generated) {
  return {{"input_tokens", n_prompt - n_cached},
          {"cache_creation_input_tokens", 0},
          {"cache_read_input_tokens", n_cached},
          {"output_tokens", n_generated}};
}

const char* stop_reason(const Generated& generated, bool has_calls) {
  if (generated.reason == FinishReason::kLength) return "max_tokens";
  if (!generated.stop.empty()) return "stop_sequence";
  return has_calls ? "tool_use" : "end_turn";
}

// Source: Anthropic API reference, "Create a Message" and "Streaming messages".
class AnthropicAnswer : public SectionedAnswer {
 public:
  AnthropicAnswer(std::shared_ptr<Responder> responder, bool streams)
      : SectionedAnswer(streams), events_(std::move(responder)) {}

  void begin(const std::shared_ptr<const HostedModel>& model) override { message_["model"] = model->name; }

  // The first progress tells what of the prompt was cached, so the stream begins with it; later ones keep it alive.
  void progress(int, const PrefillProgress& progress) override {
    if (!streams()) return;
    if (!events_.has_begun()) {
      message_["usage"] = usage_json(progress.n_prompt, progress.n_cached, 0);
      send("message_start", {{"message", message_}});
    }
    send("ping", Json::object());
  }

  void end() override {
    if (!streams()) return events_.responder().send({.body = json_text(message_)});
    send("message_delta",
         {{"delta", {{"stop_reason", message_["stop_reason"]}, {"stop_sequence", message_["stop_sequence"]}}},
          {"usage", message_["usage"]}});
    send("message_stop", Json::object());
    events_.end();
  }

  void fail(const ApiError& error) override {
    if (!events_.has_begun()) return events_.responder().send(error_answer(Dialect::kAnthropic, error));
    events_.send_text(error_body(Dialect::kAnthropic, error), "error");
    events_.end();
  }

 protected:
  void begin_section(AnswerKind kind) override {
    if (kind == AnswerKind::kThinking) begin_block({{"type", "thinking"}, {"thinking", ""}, {"signature", ""}});
    else begin_block({{"type", "text"}, {"text", ""}});
  }

  void begin_call(std::string name, std::string id) override {
    begin_block({{"type", "tool_use"},
                 {"id", id.empty() ? new_id("toolu_") : std::move(id)},
                 {"name", std::move(name)},
                 {"input", Json::object()}});
    arguments_.clear();
  }

  void add_text(AnswerKind kind, std::string_view text) override {
    if (kind == AnswerKind::kToolCall) {
      arguments_ += text;
      return send_delta({{"type", "input_json_delta"}, {"partial_json", text}});
    }
    const char* const name = kind == AnswerKind::kThinking ? "thinking" : "text";
    blocks().back()[name].get_ref<std::string&>().append(text);
    send_delta({{"type", std::string(name) + "_delta"}, {name, text}});
  }

  void end_section(AnswerKind kind, bool is_cut) override {
    // half of a call is no object: "stop_reason" says why it is empty
    if (kind == AnswerKind::kToolCall && !is_cut) {
      blocks().back()["input"] = parse_body(arguments_).value_or(Json::object());
    }
    send("content_block_stop", {{"index", last_index()}});
  }

  void conclude(const Generated& generated, bool has_calls) override {
    message_["stop_reason"] = stop_reason(generated, has_calls);
    if (!generated.stop.empty()) message_["stop_sequence"] = generated.stop;
    message_["usage"] = usage_json(generated.n_prompt_tokens, generated.n_cached_tokens, std::ssize(generated.tokens));
  }

 private:
  Json& blocks() { return message_["content"]; }
  size_t last_index() { return blocks().size() - 1; }

  void begin_block(Json block) {
    blocks().push_back(block);
    send("content_block_start", {{"index", last_index()}, {"content_block", std::move(block)}});
  }
  void send_delta(Json delta) { send("content_block_delta", {{"index", last_index()}, {"delta", std::move(delta)}}); }

  void send(const char* type, Json fields) {
    if (!streams()) return;
    Json event = {{"type", type}};
    event.update(fields);
    events_.send(event, type);
  }

  EventStream events_;
  std::string arguments_;  // of the last call
  Json message_ = {
      {"id", new_id("msg_")},     {"type", "message"},      {"role", "assistant"},      {"model", ""},
      {"content", Json::array()}, {"stop_reason", nullptr}, {"stop_sequence", nullptr}, {"usage", usage_json(0, 0, 0)}};
};

}  // namespace

std::shared_ptr<AnswerSink> anthropic_answer(std::shared_ptr<Responder> responder, bool streams) {
  return std::make_shared<AnthropicAnswer>(std::move(responder), streams);
}

}  // namespace ondol
