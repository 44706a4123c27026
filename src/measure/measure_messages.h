// Texts of the floor `measure`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kProbeBuffer{"probing the memory's speed", "메모리 속도 측정"};
inline constexpr Message kBenchContextTooShort{"{}: its context of {} tokens is too short for a benchmark of {} tokens",
                                               "{}: 문맥 길이가 {}토큰이라 {}토큰짜리 벤치마크를 돌릴 수 없습니다"};
inline constexpr Message kNoTokenizer{"{}: holds no tokenizer; import the model with its tokenizer",
                                      "{}: 토크나이저가 없습니다. 토크나이저와 함께 가져오세요(import)"};
inline constexpr Message kOtherTokenizer{"the two models have different tokenizers ({}), so they cannot be compared",
                                         "두 모델의 토크나이저가 달라({}) 비교할 수 없습니다"};
inline constexpr Message kReferenceLogits{"the reference's logits", "기준 모델의 로짓"};
inline constexpr Message kWindowTooShort{"a window of {} tokens is too short, expected at least 2",
                                         "{}토큰짜리 구간은 너무 짧습니다. 2토큰 이상이어야 합니다"};
inline constexpr Message kTextTooShort{"the text has {} tokens, too few to measure; expected at least 2",
                                       "글이 {}토큰뿐이라 잴 수 없습니다. 2토큰 이상이어야 합니다"};

inline constexpr Message kWrittenDiverges{
    "{}: the model as written does not compute what it should: KL {:.3g}, allowed are {:.3g}; nothing was left behind, "
    "try "
    "--type F32",
    "{}: 쓴 모델의 계산이 원래와 다릅니다. KL {:.3g}, 허용 한도 {:.3g}; 쓰다 만 파일은 지웠습니다. --type F32로 "
    "해 보세요"};

// Tasks.  Reasons why a line of their data is bad:
inline constexpr Message kCaseWithoutAnswer{
    "no right answer; expected a chat that ends with it, or a column gold, completion, answer or label",
    "정답이 없습니다. 정답으로 끝나는 대화나 gold, completion, answer, label 열이 있어야 합니다"};
inline constexpr Message kCaseToolCall{"the right answer is a tool call; expected text",
                                       "정답이 도구 호출입니다. 글이어야 합니다"};
inline constexpr Message kCaseNotJson{"the right answer is not JSON: {}; for text use --task exact",
                                      "정답이 JSON이 아닙니다: {}. 글이면 --task exact를 쓰세요"};
inline constexpr Message kCaseNoChoice{"the right answer \"{}\" is not among \"choices\"",
                                       "정답 \"{}\"이(가) \"choices\"에 없습니다"};
// ... and of the whole file
inline constexpr Message kNoCases{"{}: holds no question; expected at least one line",
                                  "{}: 문제가 없습니다. 한 줄 이상 있어야 합니다"};
inline constexpr Message kTooManyChoices{
    "{}:{}: {} answers to choose from, at most {} are possible; give \"choices\" in each line or use --task exact",
    "{}:{}: 고를 답이 {}개입니다. 최대 {}개까지 가능합니다. 줄마다 \"choices\"를 적거나 --task exact를 쓰세요"};
inline constexpr Message kCaseTooLong{"{}:{}: {} tokens, the model's context has {}",
                                      "{}:{}: {}토큰인데 모델의 문맥 길이는 {}입니다"};
inline constexpr Message kNoSuchTask{"--task {}: expected exact, choice or json",
                                     "--task {}: exact, choice, json 가운데 하나여야 합니다"};

}  // namespace ondol::msg
