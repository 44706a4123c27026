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

// Plans
inline constexpr Message kTrialNotStarted{"cannot start a trial run: {}", "시험 실행을 시작할 수 없습니다: {}"};
inline constexpr Message kTrialKilled{"{}: the system ended the trial run (signal {}), most likely for want of memory",
                                      "{}: 시스템이 시험 실행을 끝냈습니다(시그널 {}). 메모리가 모자란 듯합니다"};
inline constexpr Message kDeviceNotAnObject{
    "{}: not a device; expected a JSON object like {{\"ram_bytes\": 600000000, \"cores\": 4, \"read_gb_s\": 12}}",
    "{}: 기기 파일이 아닙니다. {{\"ram_bytes\": 600000000, \"cores\": 4, \"read_gb_s\": 12}} 같은 JSON 객체여야 합니다"};
inline constexpr Message kDeviceLacks{"{}: \"{}\" is missing; a device needs ram_bytes, cores and read_gb_s",
                                      "{}: \"{}\"이(가) 없습니다. ram_bytes, cores, read_gb_s가 있어야 합니다"};
inline constexpr Message kDeviceNotANumber{"{}: \"{}\": expected a number", "{}: \"{}\": 숫자여야 합니다"};
inline constexpr Message kDeviceNotAText{"{}: \"{}\": expected a text", "{}: \"{}\": 문자열이어야 합니다"};
inline constexpr Message kDeviceOutOfRange{"{}: \"{}\": {} is out of range, expected above 0 and at most {:g}",
                                           "{}: \"{}\": {}은(는) 범위를 벗어납니다. 0보다 크고 {:g} 이하여야 합니다"};
inline constexpr Message kDeviceUnknownKey{
    "{}: unknown key \"{}\"; expected name, isa, ram_bytes, cores, read_gb_s, int8_gop_s or f32_gflop_s",
    "{}: 모르는 키 \"{}\"입니다. name, isa, ram_bytes, cores, read_gb_s, int8_gop_s, f32_gflop_s만 쓸 수 있습니다"};
inline constexpr Message kDeviceUnknownIsa{"{}: unknown isa \"{}\"; expected one of {}",
                                           "{}: 모르는 isa \"{}\"입니다. {} 가운데 하나여야 합니다"};

}  // namespace ondol::msg
