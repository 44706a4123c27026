// Requests for a response as OpenAI's API has them.  Source: OpenAI API reference, "Create a model response".
#pragma once

#include <nlohmann/json.hpp>

#include "server/answer_request.h"
#include "server/json/fields.h"

namespace ondol {

struct ResponseRequest {
  AnswerRequest answer{};
  bool streams = false;
  Json echoed;  // fields of the request that its answer repeats
};

// All of a request's fields.  What is wrong is kept in `fields`.
ResponseRequest read_response_request(Fields& fields);

}  // namespace ondol
