// Texts of `ondol synthesise`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kSynthesiseSummary{"let a teacher write training data from a few examples",
                                            "예제 몇 개로 선생 모델이 학습 데이터를 쓰게 합니다"};
inline constexpr Message kSynthesiseTeacher{
    "model file, or the address of an OpenAI-compatible endpoint: https://HOST/v1",
    "모델 파일, 또는 OpenAI 호환 주소: https://호스트/v1"};
inline constexpr Message kSynthesiseExamples{
    "data files with examples: one question and its answer each; the result of an earlier run continues it",
    "예제 데이터 파일: 질문 하나와 답 하나씩. 앞서 만든 결과를 넣으면 이어서 만듭니다"};
inline constexpr Message kSynthesiseTask{"what is to be done with an input: text, or a file that holds it",
                                         "입력으로 무엇을 해야 하는지: 글이나 글이 든 파일"};
inline constexpr Message kSynthesisePairs{"pairs to write (default 100)", "쓸 쌍의 수 (기본 100)"};
inline constexpr Message kSynthesiseOutput{"what to write: NAME.jsonl, with NAME.card.json beside it",
                                           "쓸 파일: 이름.jsonl. 옆에 이름.card.json도 씁니다"};
inline constexpr Message kSynthesiseSchema{"JSON Schema that outputs must obey", "답이 따라야 할 JSON Schema"};
inline constexpr Message kSynthesiseSamples{"answers to each input, of which more than half must agree (default 3)",
                                            "입력마다 받을 답의 수. 절반 넘게 같아야 합니다 (기본 3)"};
inline constexpr Message kSynthesiseTemperature{"temperature of the answers (default 0.8)", "답의 온도 (기본 0.8)"};
inline constexpr Message kSynthesiseTokens{"tokens of an input or an answer at most (default 512)",
                                           "입력이나 답의 최대 토큰 수 (기본 512)"};
inline constexpr Message kSynthesiseSeed{"seed of examples and answers (default 1)", "예제와 답의 난수 씨앗 (기본 1)"};
inline constexpr Message kSynthesiseModel{"the model's name at the endpoint", "주소에서 쓸 모델 이름"};
inline constexpr Message kSynthesiseTimeout{"seconds an endpoint may take to answer (default 300)",
                                            "주소가 답할 때까지 기다릴 시간(초) (기본 300)"};
inline constexpr Message kSynthesiseLicence{
    "licence you give the data, for its card; examples and teacher keep theirs there (default: none is named)",
    "데이터에 붙일 라이선스. 카드에 적힙니다. 예제와 선생의 라이선스는 따로 적힙니다 (기본: 적지 않음)"};

inline constexpr Message kSynthesiseNotJsonl{"{}: expected a name that ends in .jsonl",
                                             "{}: .jsonl로 끝나는 이름이어야 합니다"};
inline constexpr Message kSynthesiseNoTask{"--task is empty; say what is to be done with an input",
                                           "--task가 비었습니다. 입력으로 무엇을 해야 하는지 쓰세요"};
inline constexpr Message kSynthesiseForEndpoints{
    "\"{}\" is the name of a model at an endpoint, and the teacher {} is a file; take it away",
    "\"{}\"은(는) 주소에서 쓸 모델 이름인데 선생 {}은(는) 파일입니다. 빼세요"};
inline constexpr Message kSynthesiseForFiles{"{} belongs to a model file, and {} is an endpoint",
                                             "{}은(는) 모델 파일에만 쓰는데 {}은(는) 주소입니다"};
inline constexpr Message kSynthesiseRemote{"starting {}, which sends the task and examples to {}",
                                           "{}을(를) 시작합니다. 설명과 예제를 {}(으)로 보냅니다"};
inline constexpr Message kSynthesiseNotHeld{
    "answers are judged by the schema, but cannot be held to it while they are written: {}",
    "답을 스키마로 검사하지만 쓰는 동안 맞추게 할 수는 없습니다: {}"};
inline constexpr Message kSynthesiseFound{"{}: {} pairs are there from before and stay",
                                          "{}: 전에 쓴 {}쌍을 그대로 씁니다"};
inline constexpr Message kSynthesiseProgress{"writing pairs", "쌍 쓰는 중"};
inline constexpr Message kSynthesiseDone{
    "{}: {} pairs kept of {} inputs asked for; {} duplicates, {} empty or cut, {} without a valid answer, {} without "
    "agreement",
    "{0}: 입력 {2}개 중 {1}쌍을 남겼습니다. 중복 {3}개, 비었거나 잘린 것 {4}개, 올바른 답이 없는 것 {5}개, 답이 엇갈린 "
    "것 {6}개"};
inline constexpr Message kSynthesiseFewer{
    "only {} of {} pairs: {} inputs in a row gave none; show other examples, or a stronger teacher",
    "{1}쌍 중 {0}쌍만 썼습니다. 입력 {2}개가 이어서 실패했습니다. 다른 예제나 더 나은 선생 모델을 쓰세요"};
inline constexpr Message kSynthesiseStopped{
    "stopped; {} holds the {} pairs so far: give it as another example file to go on",
    "멈췄습니다. 지금까지의 쌍 {1}개가 {0}에 있습니다. 이어서 하려면 예제 파일로 함께 넣으세요"};

}  // namespace ondol::msg
