#include "tune/teacher.h"

#include <algorithm>

namespace ondol {

bool same_vocabulary(const Model& a, const Model& b) {
  const auto ours = a.metadata.get_strings("tokenizer.ggml.tokens"),
             theirs = b.metadata.get_strings("tokenizer.ggml.tokens");
  return ours && theirs && std::equal(ours->begin(), ours->end(), theirs->begin(), theirs->end());
}

}  // namespace ondol
