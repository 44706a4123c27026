#include "tokenizer/tokenizer.h"

#include "base/utf8.h"
#include "tokenizer/byte_bpe.h"
#include "tokenizer/char_bpe.h"
#include "tokenizer/spm_bpe.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/unigram.h"
#include "tokenizer/word_piece.h"

namespace ondol {

Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const Metadata& metadata) {
  const std::string_view model = metadata.get_string("tokenizer.ggml.model").value_or("");
  if (model.empty()) return fail(ErrorKind::kCorruptFile, msg::kNoVocabulary, "tokenizer.ggml.model");
  TRY(std::optional<Pipeline> of_file, read_pipeline(metadata));
  Pipeline* pipeline = of_file ? &*of_file : nullptr;
  const bool has_own_bpe = pipeline != nullptr && pipeline->model.kind == WordModel::Kind::kBpe;
  if (has_own_bpe && !pipeline->splitter.is_byte_level()) return load_char_bpe(metadata, *pipeline);
  if (model == "llama") return load_spm_bpe(metadata, pipeline);
  if (model == "gpt2") return load_byte_bpe(metadata, pipeline);
  if (model == "bert") return load_word_piece(metadata, pipeline);
  if (model == "t5") return load_unigram(metadata, pipeline);
  return fail(ErrorKind::kUnsupported, msg::kUnknownTokenizerModel, printable(model));
}

}  // namespace ondol
