// Texts of the folder `tune/synthesis`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kExampleNoPair{
    "expected an example of one question and its answer, without tool calls: a chat of one user and one assistant "
    "message, or prompt and completion",
    "질문 하나와 답 하나로 된 예제여야 하고 도구 호출은 쓸 수 없습니다. user와 assistant 메시지 하나씩이거나 prompt와 "
    "completion이어야 합니다"};
inline constexpr Message kNoExamplePairs{"{}: holds no example; expected at least one question and its answer",
                                         "{}: 예제가 없습니다. 질문과 답이 하나 이상 있어야 합니다"};

inline constexpr Message kCannotStartProgram{"{} cannot be started: {}; it belongs beside ondol or on PATH",
                                             "{}을(를) 시작할 수 없습니다: {}. ondol 옆이나 PATH에 있어야 합니다"};
inline constexpr Message kProgramEnded{"{} has ended before it answered", "{}이(가) 답하기 전에 끝났습니다"};
inline constexpr Message kProgramTalksTooMuch{"{} answers with more than {} bytes", "{}의 답이 {}바이트를 넘습니다"};
inline constexpr Message kProgramNotUnderstood{
    "{} answers \"{}\", which is not understood; are both programs of one version?",
    "{}의 답 \"{}\"을(를) 이해할 수 없습니다. 두 프로그램의 버전이 같은지 확인하세요"};
inline constexpr Message kTeacherUrlWithPassword{
    "the teacher's address holds a name or password; take it out and put the key into ONDOL_API_KEY",
    "선생 주소에 이름이나 암호가 들어 있습니다. 빼고 키를 ONDOL_API_KEY에 넣으세요"};

}  // namespace ondol::msg
