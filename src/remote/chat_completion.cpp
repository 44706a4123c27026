#include "remote/chat_completion.h"

#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "remote/remote_messages.h"

namespace ondol {
namespace {

using nlohmann::json;

constexpr std::string_view kPath = "/chat/completions";
constexpr int64_t kMaxTimeoutS = 24 * 3600;

std::string endpoint_of(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with(kPath)) url += kPath;
  return url;
}

// What the endpoint says went wrong; its forms differ, so anything unknown is shown as it is.
std::string complaint(const std::string& body) {
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("error")) return printable(body);
  const json& error = parsed["error"];
  if (error.is_string()) return printable(error.get_ref<const std::string&>());
  if (error.is_object() && error.contains("message") && error["message"].is_string()) {
    return printable(error["message"].get_ref<const std::string&>());
  }
  return printable(body);
}

}  // namespace

Result<ChatCompletion> read_completion_request(std::string_view line) {
  const json request = json::parse(line, nullptr, false);
  if (!request.is_object()) return fail(ErrorKind::kBadInput, msg::kRemoteNotJson);
  const auto has = [&](const char* key, auto is_right) { return request.contains(key) && is_right(request[key]); };
  const auto is_number = [](const json& value) { return value.is_number(); };
  const auto is_string = [](const json& value) { return value.is_string(); };
  for (const char* key : {"max_tokens", "temperature", "seed", "timeout_s"}) {
    if (!has(key, is_number)) return fail(ErrorKind::kBadInput, msg::kRemoteBadRequest, key);
  }
  for (const char* key : {"url", "model"}) {
    if (!has(key, is_string)) return fail(ErrorKind::kBadInput, msg::kRemoteBadRequest, key);
  }
  if (!has("messages", [](const json& value) { return value.is_array(); })) {
    return fail(ErrorKind::kBadInput, msg::kRemoteBadRequest, "messages");
  }
  const double timeout_s = request["timeout_s"].get<double>();
  if (!(timeout_s >= 1 && timeout_s <= kMaxTimeoutS)) {
    return fail(ErrorKind::kBadInput, msg::kRemoteBadRequest, "timeout_s");
  }

  json body = {{"messages", request["messages"]}, {"stream", false}};
  for (const char* key : {"max_tokens", "temperature", "seed"}) body[key] = request[key];
  if (request["model"] != "") body["model"] = request["model"];
  ChatCompletion completion;
  completion.id = request.value("id", json()).dump();
  completion.post.url = endpoint_of(request["url"].get<std::string>());
  completion.post.body = body.dump();
  completion.post.timeout_s = static_cast<int64_t>(timeout_s);
  return completion;
}

Result<CompletionText> read_completion_reply(const std::string& url, const HttpReply& reply) {
  const std::string place = printable(url);
  if (reply.status != 200) {
    const bool wants_key = reply.status == 401 || reply.status == 403;
    return fail(ErrorKind::kIo, wants_key ? msg::kEndpointWantsKey : msg::kEndpointRefuses, place, reply.status,
                complaint(reply.body));
  }
  const json parsed = json::parse(reply.body, nullptr, false);
  if (!parsed.is_object()) return fail(ErrorKind::kIo, msg::kEndpointNotJson, place);
  const json::json_pointer content("/choices/0/message/content"), reason("/choices/0/finish_reason");
  if (!parsed.contains(content) || !parsed[content].is_string()) {
    return fail(ErrorKind::kIo, msg::kEndpointNoText, place);
  }
  CompletionText answer{.text = parsed[content].get<std::string>()};
  answer.is_cut = parsed.contains(reason) && parsed[reason] == "length";
  return answer;
}

std::string completion_line(const std::string& id, const Result<CompletionText>& text) {
  nlohmann::ordered_json line = {{"id", json::parse(id)}};
  if (!text) {
    line["error"] = text.error().message;
  } else {
    line["text"] = text->text;
    if (text->is_cut) line["cut"] = true;
  }
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ondol
