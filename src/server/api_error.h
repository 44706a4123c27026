// ApiError: why a request is not answered, in the words of the API it came by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/result.h"
#include "server/http/exchange.h"

namespace ondol {

struct ApiError {
  int status = 400;
  std::string message;
  std::string param = {};  // the field that is wrong, "messages[0].role"; "": none in particular
  std::string code = {};   // OpenAI's word for it where there is one, "model_not_found"
  int retry_after_s = 0;   // when asking again makes sense; 0: nothing is said

  ApiError(int status, std::string message) : status(status), message(std::move(message)) {}
  // Of the floors below: the request was bad, or something here is full or broken.
  explicit(false) ApiError(const Error& error);
};

template <class T>
using ApiResult = tl::expected<T, ApiError>;
using ApiStatus = ApiResult<void>;

inline tl::unexpected<ApiError> refuse(int status, std::string message, std::string param = {}, std::string code = {}) {
  ApiError error(status, std::move(message));
  error.param = std::move(param);
  error.code = std::move(code);
  return tl::make_unexpected(std::move(error));
}

// Whose clients ask, known by the path.
enum class Dialect { kOpenAi, kOllama, kAnthropic };
Dialect dialect_of(std::string_view path);

// The JSON text of an error.
std::string error_body(Dialect dialect, const ApiError& error);
HttpAnswer error_answer(Dialect dialect, const ApiError& error);

}  // namespace ondol
