// How config.json describes a family: what differs between families of what import/huggingface_config.cpp reads for
// all.
//
// For all decoders are read, under any of their usual names: sizes, head counts, norm epsilon, context length, rope
// (theta, scaling, partial rotation), sliding windows, tied embeddings.  A family adds its defaults, its own numbers
// and what it expects of settings that are not followed.
#pragma once

#include <string_view>
#include <vector>

namespace ondol {

class JsonObject;
struct HuggingFaceConfig;

// A setting of config.json that becomes the metadata <arch>.<gguf>, an f32.
struct ConfigNumber {
  std::string_view config;
  std::string_view gguf;
  double low = -1e6, high = 1e6;
  double power = 1;           // what is written is value^power
  bool null_is_zero = false;  // null says 0, not nothing
};

// What transformers takes for a setting config.json leaves out.
struct ConfigDefault {
  std::string_view config;
  double value;  // of a boolean 0 or 1
};

// A setting that must have that value (JSON) when it is there, because no other is followed.
struct ConfigExpected {
  std::string_view config;
  std::string_view json;
};

struct HuggingFaceForm {
  std::vector<std::string_view> names;  // config.json "architectures"
  // Values of hidden_act, hidden_activation or activation_function that the family's activation covers.
  std::vector<std::string_view> activations = {"silu", "swish"};
  std::vector<ConfigDefault> defaults = {};
  std::vector<ConfigNumber> numbers = {};
  std::vector<ConfigExpected> expected = {};
  std::vector<std::string_view> quantizations = {};  // values of quantization_config.quant_method the importer decodes
  bool has_windows = false;                          // transformers' class follows sliding_window
  bool rotates_halves = true;         // q and k rows are stored for rotation of (i, i + n/2), whatever GGUF does
  std::string_view text_config = {};  // the object of config.json with the text model's settings, where there is one
  std::vector<std::string_view> ignored_tensors = {};  // tensors of no use here: name starts or ends so
  // Reads what is not of the kinds above, after them; may be null.  Errors stay in `config`.
  void (*read_more)(JsonObject& config, HuggingFaceConfig& out) = nullptr;
};

}  // namespace ondol
