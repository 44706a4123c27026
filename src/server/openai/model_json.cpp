#include "server/openai/model_json.h"

#include <nlohmann/json.hpp>

namespace ondol {

Json model_json(const ModelShelf::Place& place) {
  Json json = {{"id", place.name}, {"object", "model"}, {"created", place.created_s}, {"owned_by", "ondol"}};
  if (place.model == nullptr) return json;
  const Model& model = place.model->model;
  json["meta"] = {{"n_vocab", model.hp.vocab_size},
                  {"n_ctx", place.model->context_length},
                  {"n_ctx_train", model.hp.context_length},
                  {"n_embd", model.hp.hidden_size},
                  {"size", place.file_bytes}};
  return json;
}

}  // namespace ondol
