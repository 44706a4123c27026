// vocab.txt, BERT's own vocabulary: an entry on each line, whose number is its id.
#pragma once

#include <string_view>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// The tokenizer.ggml.* metadata (model "bert") of the file's text.  `lowercase` and `strip_accents` are how texts are
// cleaned, which the file does not say.  Fails with kCorruptFile when [UNK], [CLS] or [SEP] is not there.
Result<Metadata> read_bert_vocabulary(std::string_view text, bool lowercase, bool strip_accents);

}  // namespace ondol
