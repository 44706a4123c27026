// Texts of the floor `engine`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kKvCacheMemory{"the KV cache", "KV 캐시"};
inline constexpr Message kEngineMemory{"the KV cache and work space of {} sequences of {} tokens",
                                       "시퀀스 {}개(각 {}토큰)의 KV 캐시와 작업 공간"};
inline constexpr Message kLogitsMemory{"the logits", "로짓"};
inline constexpr Message kContextTooLong{
    "a context of {} tokens is too long: this model was made for {}; choose -c {} or less",
    "{}토큰 컨텍스트는 너무 깁니다. 이 모델은 {}토큰까지 쓰도록 만들어졌습니다. -c {} 이하로 고르세요"};
inline constexpr Message kKvTypeNoEffect{
    "KV type q4_0 has no effect in a context of {} tokens: the newest {} stay f16; choose f16, or a larger -c",
    "KV 형식 q4_0은(는) {}토큰 컨텍스트에서 효과가 없습니다. 최근 {}토큰은 f16으로 남습니다. f16을 고르거나 -c를 "
    "늘리세요"};
inline constexpr Message kNoFreeSequence{"all {} sequences are in use", "시퀀스 {}개가 모두 사용 중입니다"};
inline constexpr Message kTokenOutOfRange{"token id {} is outside this model's vocabulary (0 to {})",
                                          "토큰 번호 {}은(는) 이 모델의 어휘(0부터 {}까지)에 없습니다"};
inline constexpr Message kContextFull{
    "{} tokens do not fit: the context holds {}, {} are taken; shorten the text or choose a larger -c",
    "{}토큰이 들어가지 않습니다. 컨텍스트는 {}토큰이고 {}토큰을 이미 썼습니다. 글을 줄이거나 -c를 늘리세요"};
inline constexpr Message kPagesFull{
    "the KV cache is full: all sequences together hold {} tokens; wait until one ends or allow more",
    "KV 캐시가 가득 찼습니다. 모든 시퀀스를 합해 {}토큰까지 담습니다. 하나가 끝나기를 기다리거나 더 크게 잡으세요"};
inline constexpr Message kPromptCacheNoFolder{
    "{}: the prompt cache needs a folder, and this is something else; choose another name",
    "{}: 프롬프트 캐시는 폴더에 두어야 하는데 폴더가 아닙니다. 다른 이름을 고르세요"};
inline constexpr Message kPromptCacheCannotMake{"{}: cannot make the folder of the prompt cache: {}",
                                                "{}: 프롬프트 캐시 폴더를 만들 수 없습니다: {}"};
inline constexpr Message kEmbedderMemory{"the embedder's keys, values and work space", "임베딩의 키, 값과 작업 공간"};
inline constexpr Message kRanksTexts{
    "this model ranks texts and makes no vectors (pooling_type rank); choose an embedding model, or say how to pool",
    "이 모델은 글의 순위를 매길 뿐 벡터를 만들지 않습니다(pooling_type rank). 임베딩 모델을 고르거나 풀링 방법을 정해 "
    "주세요"};
inline constexpr Message kUnknownPoolingType{"{} = {} is not a pooling this build knows, expected 0 to 4",
                                             "{} = {}: 모르는 풀링 방법입니다. 0에서 4 사이여야 합니다"};
inline constexpr Message kTextTooLong{
    "a text of {} tokens is too long: it may have {}; shorten or truncate it, or choose a larger -c if the model "
    "allows",
    "글이 {}토큰이라 너무 깁니다. {}토큰까지 읽습니다. 글을 줄이거나 잘라 주세요. 모델이 허용하면 -c를 늘리세요"};
inline constexpr Message kEmptyText{"a text is empty and this model puts no token around it; leave it out",
                                    "글이 비어 있고 이 모델은 글 앞뒤에 토큰을 붙이지 않습니다. 빈 글을 빼 주세요"};
inline constexpr Message kEmptyPrompt{
    "the prompt is empty and this model has no token to begin a text with; give a prompt",
    "프롬프트가 비어 있고 이 모델에는 글을 시작하는 토큰이 없습니다. 프롬프트를 적어 주세요"};

inline constexpr Message kAdapterScaleCount{
    "{} adapter scales were given, but the model has {} adapters; give one scale for each",
    "어댑터 배율을 {}개 주었는데 모델의 어댑터는 {}개입니다. 어댑터마다 배율 하나씩 주세요"};
inline constexpr Message kAdapterScaleNotFinite{"adapter scale {} is not a finite number; 0 turns an adapter off",
                                                "어댑터 배율 {}은(는) 유한한 수가 아닙니다. 0이면 어댑터를 끕니다"};

inline constexpr Message kConstraintTooAmbiguous{
    "the grammar has too many ways to read the answer; make its rules less ambiguous",
    "답을 문법으로 읽는 방법이 너무 많습니다. 규칙의 모호함을 줄이세요"};
inline constexpr Message kConstraintStuck{
    "no token of this model's vocabulary can continue the answer as the grammar wants; change the grammar or the model",
    "문법에 맞게 답을 이어 갈 토큰이 이 모델의 어휘에 없습니다. 문법이나 모델을 바꾸세요"};
inline constexpr Message kDraftWithoutTokenizer{
    "a draft model needs a vocabulary, and so does the model it helps; one of the two files holds none",
    "초안 모델과 본 모델 모두 어휘가 있어야 합니다. 둘 중 한 파일에 어휘가 없습니다"};
inline constexpr Message kDraftVocabulary{
    "the draft model has another vocabulary: its token {} is \"{}\", the model's is \"{}\"; choose a draft model of "
    "the "
    "same family",
    "초안 모델의 어휘가 다릅니다. 토큰 {}이(가) 초안 모델에서는 \"{}\", 본 모델에서는 \"{}\"입니다. 같은 계열의 초안 "
    "모델을 고르세요"};
inline constexpr Message kDraftVocabularySize{
    "the draft model has another vocabulary: {} tokens, the model has {}; choose a draft model of the same family",
    "초안 모델의 어휘가 다릅니다. 초안 모델은 {}토큰, 본 모델은 {}토큰입니다. 같은 계열의 초안 모델을 고르세요"};
inline constexpr Message kToolSchema{"tool \"{}\": {}", "\"{}\" 도구: {}"};

}  // namespace ondol::msg
