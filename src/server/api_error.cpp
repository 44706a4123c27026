#include "server/api_error.h"

#include <nlohmann/json.hpp>

#include "server/json/json_text.h"

namespace ondol {
namespace {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kBadInput:
    case ErrorKind::kUnsupported:
      return 400;
    case ErrorKind::kOutOfMemory:
    case ErrorKind::kRefused:
    case ErrorKind::kInterrupted:
      return 503;
    case ErrorKind::kCorruptFile:
    case ErrorKind::kIo:
      break;
  }
  return 500;
}

// What OpenAI and Anthropic call alike.  Source: their API references, errors.
std::string_view common_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 429:
      return "rate_limit_error";
    default:
      return "invalid_request_error";
  }
}

std::string_view openai_type(int status) {
  if (status == 503) return "service_unavailable_error";
  return status < 500 ? common_type(status) : "server_error";
}

std::string_view anthropic_type(int status) {
  if (status == 413) return "request_too_large";
  if (status == 503) return "overloaded_error";
  return status < 500 ? common_type(status) : "api_error";
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

ApiError::ApiError(const Error& error) : status(status_of(error.kind)), message(error.message) {
  if (status == 503) retry_after_s = 1;
}

Dialect dialect_of(std::string_view path) {
  if (path.starts_with("/api/")) return Dialect::kOllama;
  if (path.starts_with("/v1/messages")) return Dialect::kAnthropic;
  return Dialect::kOpenAi;
}

std::string error_body(Dialect dialect, const ApiError& error) {
  switch (dialect) {
    case Dialect::kOllama:
      return json_text(Json{{"error", error.message}});
    case Dialect::kAnthropic:
      return json_text(
          Json{{"type", "error"}, {"error", {{"type", anthropic_type(error.status)}, {"message", error.message}}}});
    case Dialect::kOpenAi:
      break;
  }
  return json_text(Json{{"error",
                         {{"message", error.message},
                          {"type", openai_type(error.status)},
                          {"param", or_null(error.param)},
                          {"code", or_null(error.code)}}}});
}

HttpAnswer error_answer(Dialect dialect, const ApiError& error) {
  HttpAnswer answer{.status = error.status, .body = error_body(dialect, error)};
  if (error.retry_after_s > 0) answer.fields.emplace_back("Retry-After", std::to_string(error.retry_after_s));
  if (error.status == 401) answer.fields.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

}  // namespace ondol
