// A tokenizer holds its entries twice, as the file has them and as text, each in a PieceTable, with a kind and a score
// for each; and merges in a MergeTable where it has some.
#include "tokenizer/tokenizer_memory.h"

#include "tokenizer/merge_table.h"
#include "tokenizer/piece_table.h"

namespace ondol {

int64_t tokenizer_heap_bytes(const Metadata& metadata) {
  const auto tokens = metadata.get_strings("tokenizer.ggml.tokens");
  if (!tokens) return 0;
  int64_t text_bytes = 0;
  for (const std::string& token : *tokens) text_bytes += std::ssize(token);
  const int64_t n_tokens = std::ssize(*tokens);
  const auto merges = metadata.get_strings("tokenizer.ggml.merges");
  const int64_t entry_bytes = static_cast<int64_t>(sizeof(TokenKind) + sizeof(float));
  return 2 * PieceTable::heap_bytes(n_tokens, text_bytes) + n_tokens * entry_bytes +
         (merges ? MergeTable::heap_bytes(std::ssize(*merges)) : 0);
}

}  // namespace ondol
