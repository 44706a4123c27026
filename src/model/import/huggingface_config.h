// config.json of a Hugging Face model -> <arch>.* metadata as llama.cpp's convert_hf_to_gguf writes it.
#pragma once

#include <vector>

#include "format/metadata.h"
#include "model/architecture.h"
#include "model/import/json_object.h"
#include "model/model.h"

namespace ondol {

struct HuggingFaceConfig {
  const Architecture* arch = nullptr;
  Metadata metadata;
  Hyperparameters hp;               // of `metadata`, checked; vocab_size as the configuration says
  std::vector<float> rope_factors;  // [head_dim / 2] for llama3 rope scaling, else empty
  bool tied = false;                // the embedding is the head, whatever the files hold
};

// Both forms of the rope are read: "rope_theta" with "rope_scaling", and "rope_parameters" (transformers 5).  Fails
// with kCorruptFile (missing or out of range) or kUnsupported (a family, activation, rope or quantisation not known
// here).
Result<HuggingFaceConfig> read_huggingface_config(JsonObject config);

}  // namespace ondol
