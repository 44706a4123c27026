#include "tokenizer/merge_path.h"

#include "base/check.h"
#include "tokenizer/vocabulary_tokenizer.h"

namespace ondol {

std::vector<TokenId> path_to(const Tokenizer& tokenizer, TokenId id) {
  const auto* merging = dynamic_cast<const VocabularyTokenizer*>(&tokenizer);
  CHECK(merging != nullptr);
  return merging->path(id);
}

}  // namespace ondol
