// Texts of `ondol train-tokenizer`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kTrainTokenizerSummary{"learn a vocabulary from texts",
                                                "글에서 어휘를 배워 토크나이저를 만듭니다"};
inline constexpr Message kTrainTokenizerTexts{
    "text files, or data files (.jsonl, .csv, .tsv) whose prompts, answers and messages are learnt from",
    "글 파일, 또는 질문과 답과 메시지에서 배울 데이터 파일(.jsonl, .csv, .tsv)"};
inline constexpr Message kTrainTokenizerOutput{
    "the file to write: GGUF, or a tokenizer.json where its name ends in .json",
    "쓸 파일. 이름이 .json으로 끝나면 tokenizer.json, 아니면 GGUF"};
inline constexpr Message kVocabSizeOption{"entries of the vocabulary, 259 fixed ones among them",
                                          "어휘의 항목 수. 정해진 259개가 들어 있습니다"};
inline constexpr Message kSpecialTokenOption{"a control token such as \"<|user|>\"; may be given several times",
                                             "\"<|user|>\" 같은 제어 토큰. 여러 번 쓸 수 있습니다"};
inline constexpr Message kStoreTemplateOption{"store this chat template: a file, or one of {}",
                                              "저장할 대화 템플릿: 파일이나 {} 가운데 하나"};
inline constexpr Message kCoverageOption{
    "share of the text's characters that get an entry of their own; others are written as bytes (default: 0.9995)",
    "글의 문자 가운데 항목을 따로 둘 비율. 나머지는 바이트로 적습니다(기본: 0.9995)"};
inline constexpr Message kLongestPieceOption{"characters of an entry at most (default: 16)",
                                             "항목 하나의 최대 글자 수(기본: 16)"};
inline constexpr Message kSplitPunctuationOption{
    "keep letters and punctuation apart; without it {\"on\": may become one token",
    "글자와 문장 부호를 나눕니다. 없으면 {\"on\": 같은 토큰도 생깁니다"};
inline constexpr Message kJsonHoldsNoTemplate{
    "{}: a tokenizer.json holds no chat template; write GGUF, or leave --chat-template out",
    "{}: tokenizer.json에는 대화 템플릿을 넣을 수 없습니다. GGUF로 쓰거나 --chat-template를 빼세요"};
inline constexpr Message kReadingText{"reading {}", "{} 읽는 중"};
inline constexpr Message kLearningVocabulary{"learning a vocabulary", "어휘 배우는 중"};
inline constexpr Message kTokenizerTrained{"{}: {} tokens ({} merges, {} characters) from {} different words",
                                           "{}: 토큰 {}개(병합 {}개, 문자 {}개), 서로 다른 낱말 {}개에서 배움"};
inline constexpr Message kFewerTokens{"the text gives only {} tokens of the {} asked for: no other pair occurs twice",
                                      "토큰 {}개밖에 나오지 않았습니다(요청 {}개). 두 번 나오는 쌍이 더 없습니다"};

}  // namespace ondol::msg
