// Normalizer: what is done to a text before it is cut in words, as Hugging Face tokenizers and SentencePiece do it.
//
// A list of steps read from the "normalizer" of a tokenizer.json.  Two steps are known beyond those of Hugging Face:
//   {"type": "SentencePiece", "add_dummy_prefix": b, "remove_extra_whitespaces": b, "escape_whitespaces": b,
//    "treat_whitespace_as_suffix": b}      what the normalizer_spec of a SentencePiece model says
//   a Precompiled or SentencePiece without "precompiled_charsmap" takes tokenizer.ggml.precompiled_charsmap.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/component_json.h"

namespace ondol {

class NormalizerStep {
 public:
  virtual ~NormalizerStep() = default;
  // `text` may hold ill-formed bytes, which pass as they are.
  virtual std::string apply(std::string_view text) const = 0;
};

// Immutable; any thread.
class Normalizer {
 public:
  // `json` is the value of "normalizer", `charsmap` the file's, which may be empty.  Fails with kUnsupported, naming
  // the step, or kCorruptFile.
  static Result<Normalizer> read(std::optional<ComponentJson> json, std::string_view charsmap);

  bool is_empty() const { return steps_.empty(); }
  // A step that makes a text longer than any language needs (16 times) is left out.
  std::string apply(std::string_view text) const;

 private:
  std::vector<std::unique_ptr<const NormalizerStep>> steps_;
};

}  // namespace ondol
