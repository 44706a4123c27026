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

inline constexpr Message kQuestionTooLong{
    "a question with the task and examples has {} tokens, and the teacher's context holds {}; shorten them, or take "
    "another teacher",
    "과제와 예제를 담은 질문이 {}토큰인데 선생 모델의 문맥은 {}토큰입니다. 줄이거나 다른 선생 모델을 쓰세요"};
inline constexpr Message kSynthesisOfAnotherRun{
    "{}: pairs of another teacher, task or schema, or asked for otherwise; move the file away, or write it anew with "
    "--force",
    "{}: 선생 모델이나 과제, 스키마, 묻는 방식이 다른 쌍입니다. 파일을 옮기거나 --force로 새로 쓰세요"};
inline constexpr Message kSynthesisNoTokenizer{"{}: holds no tokenizer, so it cannot be asked",
                                               "{}: 토크나이저가 없어 물을 수 없습니다"};
inline constexpr Message kSynthesisNoTemplate{
    "{}: a teacher is asked in chats and this model has no chat template; give one to `ondol synthesise` with "
    "--chat-template: a file, or one of {}",
    "{}: 선생에게는 대화로 묻는데 이 모델에는 대화 템플릿이 없습니다. `ondol synthesise`의 --chat-template에 파일이나 "
    "{} 가운데 하나를 쓰세요"};
inline constexpr Message kSynthesisNothing{
    "no pair was kept of {} inputs asked for: {} duplicates, {} empty or cut, {} without a valid answer, {} without "
    "agreement; check --task, the examples and --schema, or take a stronger teacher",
    "입력 {}개 중 남은 쌍이 없습니다. 중복 {}개, 비었거나 잘린 것 {}개, 올바른 답이 없는 것 {}개, 답이 엇갈린 것 {}개. "
    "--task, 예제, --schema를 확인하거나 더 나은 선생 모델을 쓰세요"};

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
