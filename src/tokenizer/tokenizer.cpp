#include "tokenizer/tokenizer.h"

#include "tokenizer/byte_bpe.h"
#include "tokenizer/spm_bpe.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/word_piece.h"

namespace ondol {

Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const Metadata& metadata) {
  const std::string_view model = metadata.get_string("tokenizer.ggml.model").value_or("");
  if (model == "llama") return load_spm_bpe(metadata);
  if (model == "gpt2") return load_byte_bpe(metadata);
  if (model == "bert") return load_word_piece(metadata);
  if (model.empty()) return fail(ErrorKind::kCorruptFile, msg::kNoVocabulary, "tokenizer.ggml.model");
  return fail(ErrorKind::kUnsupported, msg::kUnknownTokenizerModel, model);
}

}  // namespace ondol
