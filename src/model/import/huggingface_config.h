// config.json of a Hugging Face model -> <arch>.* metadata as llama.cpp's convert_hf_to_gguf writes it.
#pragma once

#include <string>
#include <vector>

#include "format/metadata.h"
#include "model/architecture.h"
#include "model/import/json_object.h"
#include "model/model.h"

namespace ondol {

// A tensor the configuration holds as a list of numbers.
struct MadeTensor {
  std::string name;
  std::vector<float> values;
};

struct HuggingFaceConfig {
  const Architecture* arch = nullptr;
  const HuggingFaceForm* form = nullptr;
  Metadata metadata;
  Hyperparameters hp;                     // of `metadata`, checked; vocab_size as the configuration says
  std::vector<MadeTensor> tensors;        // rope factors, block skip shares
  bool tied = false;                      // the embedding is the head, whatever the files hold
  std::vector<std::string_view> absent;   // TensorName::when whose tensors the configuration says are not there
  std::vector<std::string_view> present;  // and those it says are
  int64_t first_position = 0;             // the row of the learned positions that a text's first token takes

  std::string key(std::string_view name) const { return arch->name() + "." + std::string(name); }
};

// Both forms of the rope are read: "rope_theta" with "rope_scaling", and "rope_parameters" (transformers 5).  Fails
// with kCorruptFile (missing or out of range) or kUnsupported (a family, activation, rope or quantisation not known
// here).
Result<HuggingFaceConfig> read_huggingface_config(JsonObject config);

}  // namespace ondol
