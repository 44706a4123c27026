// Texts of the options that seal a process.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kSealedOption{
    "answer without a way to any network, program or other file, and print the proof (Linux)",
    "네트워크, 다른 프로그램, 다른 파일에 이르는 길을 모두 막고 답하며 그 증거를 보입니다(리눅스)"};
inline constexpr Message kSealOption{
    "how firmly: strict (--sealed) refuses to start where the filter of calls is missing, best-effort tells what is",
    "봉인의 세기: strict(--sealed)는 호출 필터가 없으면 시작하지 않고, best-effort는 없는 것을 알려 줍니다"};
inline constexpr Message kUnknownSealLevel{"--seal {}: expected strict or best-effort",
                                           "--seal {}: strict나 best-effort여야 합니다"};

}  // namespace ondol::msg
