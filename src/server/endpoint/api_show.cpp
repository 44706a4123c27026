// POST /api/show: what is known about a model.  Source: Ollama API documentation, "Show model information".
#include <nlohmann/json.hpp>

#include "server/ollama/model_json.h"
#include "server/ollama/model_name.h"
#include "server/ollama/request_fields.h"
#include "server/ollama/timestamp.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

// The model file's numbers and texts.  Lists, a vocabulary above all, are left out; the template has its own field.
Json model_info(const Metadata& metadata) {
  Json info = Json::object();
  const auto add = [&](const std::string& key, const auto& value) {
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) info[key] = value;
  };
  for (const auto& [name, value] : metadata.entries()) {
    const std::string& key = name;
    if (key.starts_with("tokenizer.chat_template")) continue;
    if (const auto* text = std::get_if<std::string>(&value.value)) info[key] = *text;
    else std::visit([&](const auto& held) { add(key, held); }, value.value);
  }
  return info;
}

Json capabilities(const HostedModel& model) {
  Json list = Json::array({"completion"});
  const ChatTemplate* chat = model.chat_for(/*with_tools=*/true);
  if (chat == nullptr) return list;
  if (chat->tool_calls() != nullptr) list.push_back("tools");
  for (const AnswerMark& mark : recognize_answer_syntax(chat->source(), "", /*has_tools=*/false).marks) {
    if (mark.begins != AnswerKind::kThinking) continue;
    list.push_back("thinking");
    break;
  }
  return list;
}

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  const std::string name = name_without_tag(read_model_name(fields));
  fields.ignore({"verbose"});
  TRY(fields.finish());
  service.with_model(name, http, responder, [responder](const std::shared_ptr<HostedModel>& model) -> ApiStatus {
    const Metadata& metadata = model->model.metadata;
    send_json(*responder, json_text({{"license", metadata.get_string("general.license").value_or("")},
                                     {"modelfile", "FROM " + model->name + "\n"},
                                     {"parameters", ""},
                                     {"template", model->chat ? model->chat->source() : "{{ .Prompt }}"},
                                     {"details", ollama_details(model.get())},
                                     {"model_info", model_info(metadata)},
                                     {"capabilities", capabilities(*model)},
                                     {"modified_at", timestamp(1'000'000 * model->created_s)}}));
    return {};
  });
  return {};
}

}  // namespace

extern constinit const Endpoint api_show{"POST", "/api/show", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
