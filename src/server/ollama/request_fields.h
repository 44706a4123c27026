// What Ollama's requests for an answer have in common.  Source: Ollama API documentation, docs/api.md and
// docs/modelfile.md ("Valid Parameters and Values").
#pragma once

#include <optional>
#include <string>

#include "server/answer_request.h"
#include "server/json/fields.h"
#include "server/model_shelf.h"
#include "server/ollama/ollama_answer.h"
#include "server/thinking_choice.h"

namespace ondol {

struct OllamaRequest {
  OllamaAnswerOptions delivery{};
  AnswerRequest answer{};  // its prompt is left to the endpoint
  ThinkingChoice thinking{};
};

// model, stream, options, format, think, keep_alive.
OllamaRequest read_ollama_request(Fields& fields);

// The name of a model out of the field "model" or its older form "name".
std::string read_model_name(Fields& fields);

// options and truncate of a request for vectors, none of which changes one, and its keep_alive.
std::optional<KeepTime> read_embedding_options(Fields& fields);

}  // namespace ondol
