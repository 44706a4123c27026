#include "server/ollama/model_json.h"

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "server/ollama/model_name.h"

namespace ondol {

Json ollama_details(const HostedModel* model) {
  std::string family, size;
  if (model != nullptr) {
    family = model->model.metadata.get_string("general.architecture").value_or("");
    size = model->model.metadata.get_string("general.size_label").value_or("");
  }
  return {{"parent_model", ""},     {"format", "gguf"},
          {"family", family},       {"families", Json::array({family})},
          {"parameter_size", size}, {"quantization_level", "unknown"}};
}

Json ollama_model_json(const ModelShelf::Place& place) {
  Sha256 digest;
  digest.add(place.name).add_value(place.file_bytes).add_value(place.created_s);
  return {{"name", name_with_tag(place.name)},
          {"model", name_with_tag(place.name)},
          {"size", place.file_bytes},
          {"digest", to_hex(digest.finish())},
          {"details", ollama_details(place.model.get())}};
}

}  // namespace ondol
