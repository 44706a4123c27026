// A served model as OpenAI's "model object", with what llama.cpp's clients look for in "meta" where it is loaded.
#pragma once

#include "server/json/json_text.h"
#include "server/model_shelf.h"

namespace ondol {

Json model_json(const ModelShelf::Place& place);

}  // namespace ondol
