// Texts of the floor `tokenizer`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kNoVocabulary{"tokenizer: {} is missing or empty: the file holds no vocabulary",
                                       "토크나이저: {} 항목이 없거나 비어 있습니다. 파일에 어휘가 없습니다"};
inline constexpr Message kVocabularyTooLarge{"tokenizer: {} tokens, at most {} are possible",
                                             "토크나이저: 토큰이 {}개입니다. 최대 {}개까지 가능합니다"};
inline constexpr Message kVocabularyLength{"tokenizer: {} has {} entries, the vocabulary has {} tokens",
                                           "토크나이저: {} 항목 수는 {}개인데 어휘의 토큰은 {}개입니다"};
inline constexpr Message kScoreNotANumber{"tokenizer: the score of token {} is not a number",
                                          "토크나이저: 토큰 {}의 점수가 숫자가 아닙니다"};
inline constexpr Message kUnknownTokenKind{"tokenizer: token {} has type {}, expected 1 to 6",
                                           "토크나이저: 토큰 {}의 종류가 {}입니다. 1에서 6 사이여야 합니다"};
inline constexpr Message kBadByteToken{"tokenizer: token {} is a byte but is not written <0x00> to <0xFF>",
                                       "토크나이저: 토큰 {}은(는) 바이트 토큰인데 <0x00>에서 <0xFF> 꼴이 아닙니다"};
inline constexpr Message kSpecialTokenTooLong{
    "tokenizer: special token {} has {} bytes, at most {} are possible",
    "토크나이저: 특수 토큰 {}의 길이가 {}바이트입니다. 최대 {}바이트까지 가능합니다"};
inline constexpr Message kTokenIdOutOfRange{"tokenizer: {} is {}, the vocabulary has {} tokens",
                                            "토크나이저: {} 값이 {}인데 어휘의 토큰은 {}개입니다"};
inline constexpr Message kBadMerge{"tokenizer: merge {} is not two pieces with a space between",
                                   "토크나이저: 병합 규칙 {}이(가) 공백으로 나뉜 두 조각이 아닙니다"};
inline constexpr Message kUnknownTokenizerModel{
    "tokenizer: model \"{}\" is not supported; supported are llama, gpt2, bert and t5",
    "토크나이저: \"{}\" 모델은 지원하지 않습니다. llama, gpt2, bert, t5를 지원합니다"};
inline constexpr Message kUnknownPreTokenizer{"tokenizer: pre-tokenizer \"{}\" is not supported",
                                              "토크나이저: \"{}\" 사전 분할기는 지원하지 않습니다"};
inline constexpr Message kBadRankLine{"tokenizer: line {} is not base64, a space and the next rank",
                                      "토크나이저: {}번째 줄이 base64와 공백, 다음 순위로 되어 있지 않습니다"};
inline constexpr Message kUnsupportedPipeline{"tokenizer.json: {} is not supported",
                                              "tokenizer.json: {}은(는) 지원하지 않습니다"};
inline constexpr Message kBertEntryMissing{"vocab.txt: {} is missing; expected a vocabulary of BERT",
                                           "vocab.txt: {} 항목이 없습니다. BERT의 어휘여야 합니다"};
inline constexpr Message kBadExpression{"tokenizer: expression {} is not supported: {}",
                                        "토크나이저: 정규식 {}은(는) 지원하지 않습니다: {}"};
inline constexpr Message kBadSentencePiece{"tokenizer.model: malformed: {}",
                                           "tokenizer.model: 형식이 잘못되었습니다: {}"};
inline constexpr Message kSentencePieceType{
    "tokenizer.model: a {} model is not supported; supported are bpe and unigram",
    "tokenizer.model: {} 모델은 지원하지 않습니다. bpe와 unigram을 지원합니다"};
inline constexpr Message kBadTokenizerJson{"tokenizer.json: malformed: {}",
                                           "tokenizer.json: 형식이 잘못되었습니다: {}"};

// Learning a vocabulary.
inline constexpr Message kVocabSizeOutOfRange{"--vocab-size {}: expected 1 to {}",
                                              "--vocab-size {}: 1에서 {} 사이여야 합니다"};
inline constexpr Message kVocabSizeTooSmall{
    "--vocab-size {} has no room for the {} characters of the text; give {} or more, or lower --coverage",
    "--vocab-size {}에는 글의 문자 {}개가 다 들어가지 않습니다. {} 이상을 주거나 --coverage를 낮추세요"};
inline constexpr Message kCoverageOutOfRange{"--coverage {}: expected a share above 0 and up to 1",
                                             "--coverage {}: 0보다 크고 1 이하여야 합니다"};
inline constexpr Message kLongestPieceOutOfRange{"--longest-piece {}: expected 1 to {} characters",
                                                 "--longest-piece {}: 1자에서 {}자 사이여야 합니다"};
inline constexpr Message kBadSpecialToken{
    "--special \"{}\": expected UTF-8 text of 1 to {} bytes that is not written like a byte token",
    "--special \"{}\": 1에서 {}바이트 사이의 UTF-8 글이어야 하고 바이트 토큰 꼴이면 안 됩니다"};
inline constexpr Message kSpecialTokenTwice{"--special \"{}\" is in the vocabulary already; give it once",
                                            "--special \"{}\"은(는) 이미 어휘에 있습니다. 한 번만 주세요"};
inline constexpr Message kNoWords{"there is no text to learn a vocabulary from", "어휘를 배울 글이 없습니다"};
inline constexpr Message kTooManyWords{
    "the different words of the text have {} bytes, at most 2 GB are possible; give less text",
    "글에 나온 서로 다른 낱말이 {}바이트입니다. 2GB까지 가능하니 글을 줄이세요"};

inline constexpr Message kCannotTrim{
    "the vocabulary cannot be trimmed: a tokenizer of whole words with marks has nothing to spell a rare word with; "
    "leave "
    "out --vocab",
    "어휘를 줄일 수 없습니다. 단어에 표시를 다는 토크나이저는 드문 낱말을 적을 방법이 없습니다. --vocab을 빼세요"};

inline constexpr Message kNoTokenizerJson{"{} cannot be written as tokenizer.json; leave out --tokenizer-json",
                                          "{}은(는) tokenizer.json으로 저장할 수 없습니다. --tokenizer-json을 빼세요"};

}  // namespace ondol::msg
