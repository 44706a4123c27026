// A served model as Ollama's lists have it.
#pragma once

#include "server/json/json_text.h"
#include "server/model_shelf.h"

namespace ondol {

// "name", "model", "size", "digest", "details".  The digest tells versions of a file apart; it is none of its contents.
Json ollama_model_json(const ModelShelf::Place& place);
// "format", "family", "parameter_size" …; what only a loaded model tells is "" before.
Json ollama_details(const HostedModel* model);

}  // namespace ondol
