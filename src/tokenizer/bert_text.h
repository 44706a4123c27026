// What BERT's cleaning and splitting ask of a character.
// Sources: BERT's reference tokenization; Hugging Face's BertNormalizer and BertPreTokenizer.
#pragma once

#include <cstdint>

namespace ondol {

// Control, format, private and surrogate characters, U+0000 and U+FFFD, but not tab and line ends.
bool is_dropped_by_bert(uint32_t code_point);
// ASCII symbols and Unicode's punctuation.
bool is_punctuation(uint32_t code_point);
// The CJK ideograph ranges of BERT's reference, with the 0x2B920 of Hugging Face's tokenizers, which models are trained
// with.
bool is_ideograph(uint32_t code_point);

}  // namespace ondol
