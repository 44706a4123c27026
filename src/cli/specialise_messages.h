// Texts of `specialise`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kSpecialiseSummary{
    "make a small specialist: audit, tune, trim, shrink, judge, report; or refuse below a gate",
    "작은 전문 모델을 만듭니다: 사용 허가 확인, 학습, 어휘와 크기 줄이기, 평가, 보고서. 기준에 못 미치면 쓰지 "
    "않습니다"};
inline constexpr Message kSpecialiseDataArgument{
    "the field's data: JSONL chats (messages) or prompt/completion, CSV, TSV or plain text; more files may follow",
    "분야의 데이터: JSONL 대화(messages)나 prompt/completion, CSV, TSV, 일반 글. 여러 개 가능"};
inline constexpr Message kSpecialiseGateOption{
    "least share of right answers (90% or 0.9) on text held out; below it nothing is written (exit code 3)",
    "따로 남긴 문제에서 맞혀야 하는 최소 비율(90%나 0.9). 못 미치면 파일을 쓰지 않습니다(종료 코드 3)"};
inline constexpr Message kSpecialiseDropOption{
    "most points of right answers that shrinking may cost; beyond it nothing is written (exit code 3)",
    "줄이면서 잃어도 되는 맞힌 답의 포인트. 넘으면 파일을 쓰지 않습니다(종료 코드 3)"};
inline constexpr Message kSpecialiseTestOption{
    "a data file to judge by (default: a share of the prompts of DATA is held out)",
    "평가할 데이터 파일 (기본: DATA의 질문 일부를 따로 남김)"};
inline constexpr Message kSpecialiseHeldOutOption{"share of the prompts held out to judge by (default 0.1)",
                                                  "평가용으로 남길 질문의 비율 (기본 0.1)"};
inline constexpr Message kSpecialiseTaskOption{
    "how answers count: exact (the text), choice (the likeliest answer), json (the JSON value); default: by the "
    "answers",
    "답을 세는 방법: exact(글), choice(가장 그럴듯한 답), json(JSON 값). 기본: 답을 보고 고릅니다"};
inline constexpr Message kSpecialiseEpochsOption{"times through the data (default 3); 0 leaves the weights as they are",
                                                 "데이터를 도는 횟수 (기본 3). 0이면 학습하지 않습니다"};
inline constexpr Message kSpecialiseRateOption{"highest learning rate (default 2e-4, 2e-5 with --full)",
                                               "최대 학습률 (기본 2e-4, --full이면 2e-5)"};
inline constexpr Message kSpecialiseFullOption{"train all weights instead of a LoRA adapter that is merged",
                                               "LoRA 어댑터를 합치는 대신 모든 가중치를 학습합니다"};
inline constexpr Message kSpecialiseTeacherOption{
    "a model file to learn from, too (distillation); its tokenizer may be another",
    "함께 배울 모델 파일(증류). 토크나이저는 달라도 됩니다"};
inline constexpr Message kSpecialiseKeepOption{"keep the whole vocabulary", "어휘를 줄이지 않습니다"};
inline constexpr Message kSpecialiseRepairOption{
    "steps of training that win back what shrinking lost (default 120; 0: none)",
    "줄이며 잃은 것을 되찾는 학습의 단계 수 (기본 120, 0이면 하지 않음)"};
inline constexpr Message kSpecialiseSizesOption{"other sizes that the report shows, too: 50%,25%",
                                                "보고서에 함께 보일 다른 크기: 50%,25%"};
inline constexpr Message kSpecialiseReportOption{
    "folder of report.md, report.json and report.svg (default: beside the output, NAME.report.md …)",
    "report.md, report.json, report.svg를 둘 폴더 (기본: 출력 파일 옆의 이름.report.md …)"};
inline constexpr Message kSpecialiseResumeOption{"go on with the work that an interrupted run left",
                                                 "중단된 작업을 이어서 합니다"};
inline constexpr Message kGateNumber{"--gate {}: expected a share of right answers (90% or 0.9)",
                                     "--gate {}: 맞힌 답의 비율이어야 합니다(90%나 0.9)"};

inline constexpr Message kGateDropNumber{"--gate-drop {}: expected points of right answers (1.5)",
                                         "--gate-drop {}: 맞힌 답의 포인트여야 합니다(1.5)"};

inline constexpr Message kSpecialiseStage{"[{}/{}] {}", "[{}/{}] {}"};
inline constexpr Message kSpecialiseAudit{"looking at model, data and licences",
                                          "모델과 데이터, 사용 허가를 살펴봅니다"};
inline constexpr Message kSpecialiseTune{"tuning", "학습합니다"};
inline constexpr Message kSpecialiseTrim{"trimming the vocabulary", "어휘를 줄입니다"};
inline constexpr Message kSpecialiseShrink{"shrinking", "크기를 줄입니다"};
inline constexpr Message kSpecialiseJudge{"judging", "평가합니다"};
inline constexpr Message kSpecialiseWrite{"writing", "씁니다"};
inline constexpr Message kSpecialiseInterrupted{
    "interrupted; what is done stays in {}; the same command with --resume goes on there",
    "중단했습니다. 끝난 일은 {}에 남아 있습니다. 같은 명령에 --resume을 붙이면 이어서 합니다"};
inline constexpr Message kSpecialiseLeft{"what is done stays in {}; the same command with --resume goes on there",
                                         "끝난 일은 {}에 남아 있습니다. 같은 명령에 --resume을 붙이면 이어서 합니다"};
inline constexpr Message kSpecialiseDone{"{}: {} bytes, {:.1f} % of {} at 16 bits, {:.2f} bits a weight",
                                         "{0}: {1}바이트, 16비트 크기 {3}의 {2:.1f} %, 가중치당 {4:.2f}비트"};
inline constexpr Message kSpecialiseRowAnswers{"answers", "맞힌 답"};
inline constexpr Message kSpecialiseAnswers{
    "{:.1f} % right of {} ({:.1f} to {:.1f}); {:.1f} % before shrinking, {:.1f} % of the original",
    "문제 {1}개 중 {0:.1f} % ({2:.1f}~{3:.1f}). 줄이기 전 {4:.1f} %, 원본 {5:.1f} %"};
inline constexpr Message kSpecialiseRowLoss{"loss", "손실"};
inline constexpr Message kSpecialiseLoss{"mean KL {:.5f} nats to the model before shrinking",
                                         "줄이기 전 모델과의 평균 KL {:.5f} nat"};
inline constexpr Message kSpecialiseRowReport{"report", "보고서"};

}  // namespace ondol::msg
