// Texts of the floor `recipe`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kFieldNoAnswers{
    "{}: running text without answers; --task and --gate need questions: chats, or prompt and completion",
    "{}: 답이 없는 일반 글입니다. --task와 --gate에는 대화나 prompt와 completion이 있어야 합니다"};
inline constexpr Message kFieldNoQuestions{
    "of {} questions none was held out to judge by; give --test FILE, a larger --held-out or more data",
    "문제 {}개 가운데 평가용으로 남은 것이 없습니다. --test 파일이나 더 큰 --held-out, 또는 자료를 더 주세요"};
inline constexpr Message kGateNoTask{
    "{} needs a task, and the answers in {} are free text; say how they count with --task exact, choice or json",
    "{}에는 과제가 필요한데 {}의 답은 자유로운 글입니다. --task exact, choice, json 가운데 하나로 채점 방법을 "
    "정하세요"};
inline constexpr Message kGateRefused{
    "{}: not written: {:.1f} % right answers, the gate asks for {:.1f} %; see {}, and give a larger --size, more data "
    "or "
    "a lower gate with --resume",
    "{}: 쓰지 않았습니다. 맞힌 답이 {:.1f} %로 기준 {:.1f} %에 못 미칩니다. {}를 보고 --size를 늘리거나, 자료를 더 "
    "주거나, "
    "기준을 낮춰 --resume으로 다시 하세요"};
inline constexpr Message kGateDropRefused{
    "{}: not written: {:.1f} points fewer right answers than before shrinking, the gate allows {:.1f}; see {}, and "
    "give "
    "a larger --size or a wider gate with --resume",
    "{}: 쓰지 않았습니다. 줄이기 전보다 맞힌 답이 {:.1f}포인트 적은데 기준은 {:.1f}까지입니다. {}를 보고 --size를 "
    "늘리거나 "
    "기준을 넓혀 --resume으로 다시 하세요"};
inline constexpr Message kWorkThere{
    "{}: an unfinished run is here; add --resume to go on, or --force to begin anew",
    "{}: 끝나지 않은 작업이 있습니다. 이어서 하려면 --resume을, 새로 하려면 --force를 더하세요"};
inline constexpr Message kWorkFolder{"{}: cannot make this folder: {}", "{}: 폴더를 만들 수 없습니다: {}"};
inline constexpr Message kSpecialiseTooSmall{
    "a file of {} bytes is too small: with the smallest types this model needs {}; give a larger --size or a smaller "
    "model",
    "{}바이트로는 모자랍니다. 가장 작은 형식으로도 이 모델은 {}바이트가 듭니다. --size를 늘리거나 더 작은 모델을 "
    "쓰세요"};

// Remarks of a run and of its report
inline constexpr Message kNoTaskNote{
    "the answers are free text: no right ones are counted (--task exact counts those that are the same)",
    "답이 자유로운 글이라 맞힌 답을 세지 않습니다(--task exact는 똑같은 답을 셉니다)"};
inline constexpr Message kFewQuestionsNote{"only {} questions judge: give --test FILE for a figure to rely on",
                                           "평가 문제가 {}개뿐입니다. 믿을 만한 수치를 얻으려면 --test 파일을 주세요"};
inline constexpr Message kSomeQuestionsNote{"{} of {} questions judge, evenly taken",
                                            "문제 {1}개 가운데 고르게 뽑은 {0}개로 평가합니다"};
inline constexpr Message kNothingHeldOutNote{
    "nothing is held out: there is no text to measure losses on; give --test FILE",
    "평가용 글이 없어 손실을 재지 못합니다. --test 파일을 주세요"};
inline constexpr Message kTuneSkipped{"tuning: left out, --epochs 0", "학습: 하지 않음, --epochs 0"};
inline constexpr Message kTrimSkippedAsked{"vocabulary: kept whole, --keep-vocab", "어휘: 그대로 둠, --keep-vocab"};
inline constexpr Message kTrimSkippedLittle{
    "vocabulary: kept whole, trimming would save {:.1f} % of the file ({} of {} tokens stay)",
    "어휘: 그대로 둠, 줄여도 파일의 {:.1f} %뿐(토큰 {}/{}개가 남음)"};
inline constexpr Message kTrimSkippedFails{"vocabulary: kept whole: {}", "어휘: 그대로 둠: {}"};
inline constexpr Message kShrinkSkipped{"shrinking: left out, {} bytes are within {}",
                                        "줄이기: 하지 않음, {}바이트라 한도 {} 안에 듦"};
inline constexpr Message kRepairSkippedExperts{"repair: left out, models with experts cannot be trained",
                                               "복구: 하지 않음, 전문가가 있는 모델은 학습할 수 없음"};
inline constexpr Message kRepairNoHelp{"repair: did not help, its weights were not taken",
                                       "복구: 도움이 되지 않아 쓰지 않음"};
inline constexpr Message kStageFound{"{}: found finished in {}", "{}: {}에 끝난 것이 있어 그대로 씀"};

}  // namespace ondol::msg
