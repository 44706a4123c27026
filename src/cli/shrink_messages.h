// Texts of `calibrate` and `shrink`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kCalibrateSummary{"learn from texts what matters in a model (importance matrix)",
                                           "글을 읽혀 모델에서 무엇이 중요한지 배웁니다(중요도 행렬)"};
inline constexpr Message kCalibrateTextArgument{
    "texts of the model's field: plain text, JSONL chats or prompt/completion, CSV, TSV; more files may follow "
    "(default: Korean and English text of our own)",
    "모델이 쓰일 분야의 글: 일반 글, JSONL 대화나 prompt/completion, CSV, TSV. 여러 개를 줄 수 있습니다 (기본: 내장된 "
    "한국어와 영어 글)"};
inline constexpr Message kCalibrateChunksOption{"pieces of 512 tokens to read at most (default: all)",
                                                "읽을 512토큰짜리 조각의 최대 개수 (기본: 전부)"};
inline constexpr Message kCalibrateResumeOption{"go on with the unfinished file that stands there",
                                                "끝나지 않은 파일을 이어서 만듭니다"};
inline constexpr Message kDefaultChats{
    "no text is given: the model is measured by what it answers itself to built-in questions in Korean and English; "
    "text "
    "of its field is better",
    "글을 주지 않아, 내장된 한국어와 영어 질문에 모델이 스스로 한 답으로 잽니다. 쓰일 분야의 글을 주면 더 좋습니다"};
inline constexpr Message kDefaultTexts{
    "no text is given: the model is measured by built-in Korean and English text; text of its field is better",
    "글을 주지 않아 내장된 한국어와 영어 글로 잽니다. 쓰일 분야의 글을 주면 더 좋습니다"};
inline constexpr Message kCalibrating{"calibrating", "보정하는 중"};
inline constexpr Message kCalibrateDone{"{}: {} matrices, {} chunks of {} tokens, {:.3f} nats a token",
                                        "{}: 행렬 {}개, 조각 {}개(각 {}토큰), 토큰당 {:.3f} nat"};
inline constexpr Message kCalibrateForeign{
    "the model is surprised by this text: {:.2f} nats a token, guessing blindly gives {:.2f}; is it of its language "
    "and "
    "field?",
    "모델이 이 글을 거의 예측하지 못합니다. 토큰당 {:.2f} nat, 무작위 추측이 {:.2f}입니다. 모델의 언어와 분야에 맞는 "
    "글인가요?"};

inline constexpr Message kShrinkSummary{"make a model small, its loss measured and kept low",
                                        "모델을 작게 만듭니다. 손실을 재면서 줄입니다"};
inline constexpr Message kShrinkTextOption{
    "text of the model's field, to measure by: plain text, JSONL, CSV or TSV; may be given several times (default: "
    "Korean and English text of our own)",
    "손실을 잴, 모델이 쓰일 분야의 글: 일반 글, JSONL, CSV, TSV. 여러 번 줄 수 있습니다 (기본: 내장된 한국어와 영어 "
    "글)"};
inline constexpr Message kShrinkSizeOption{
    "size of the whole file: bytes (300M, 512KiB) or a share of its 16-bit size (25%)",
    "파일 전체 크기: 바이트(300M, 512KiB)나 16비트 크기의 비율(25%)"};
inline constexpr Message kShrinkContextOption{
    "context that --ram and --tps hold for (default: the model's, at most 4096)",
    "--ram과 --tps를 지킬 컨텍스트 길이 (기본: 모델의 길이, 많아도 4096)"};
inline constexpr Message kShrinkSizeOrGoal{"--size is a budget of bytes, --ram and --tps are others: take one kind",
                                           "--size와 --ram·--tps는 함께 쓸 수 없습니다. 한 가지만 쓰세요"};
inline constexpr Message kShrinkGoalAlone{
    "--device and --ctx-size say what --ram and --tps mean: give one of these, too",
    "--device와 --ctx-size는 --ram이나 --tps와 함께 쓰는 옵션입니다"};
inline constexpr Message kShrinkGoalTooHigh{
    "{}: no size of its weights keeps to that on a context of {}; see `ondol plan`, lower -c or ask for less",
    "{}: 컨텍스트 {}에서는 가중치를 아무리 줄여도 지킬 수 없습니다. `ondol plan`을 보거나 -c를 낮추세요"};
inline constexpr Message kShrinkGoalSize{"that leaves {} bytes for the file, on a context of {}",
                                         "파일에 쓸 수 있는 크기는 {}바이트입니다(컨텍스트 {})"};
inline constexpr Message kShrinkImatrixOption{"importance matrix (GGUF) instead of calibrating",
                                              "보정하는 대신 쓸 중요도 행렬 파일(GGUF)"};
inline constexpr Message kShrinkTypesOption{"types to choose from (default: all that quantise): {}",
                                            "고를 형식 (기본: 양자화 형식 전부): {}"};
inline constexpr Message kShrinkCompatOption{"only types of the GGUF specification, which llama.cpp reads",
                                             "llama.cpp가 읽는 GGUF 명세의 형식만 씁니다"};
inline constexpr Message kShrinkTimeOption{
    "seconds to search for better exchanges (default: 3 for each million weights up to 24 million, then fewer)",
    "더 나은 조합을 찾을 시간(초) (기본: 가중치 백만 개마다 3초, 2,400만 개를 넘으면 그보다 짧게)"};
inline constexpr Message kShrinkRepairOption{
    "steps of training that win back what pruning and quantising lost, each, without a byte more (default: none)",
    "덜어 내기와 양자화로 잃은 것을 크기를 늘리지 않고 되찾는 학습의 단계 수. 각각 이만큼 (기본: 하지 않음)"};
inline constexpr Message kShrinkRepairRateOption{"learning rate of the repair (default 3e-4)",
                                                 "복구 학습률 (기본 3e-4)"};
inline constexpr Message kShrinkRepair{"repairing", "복구하는 중"};
inline constexpr Message kShrinkRowRepair{"repair", "복구"};
inline constexpr Message kShrinkRowRepairValue{"from KL {:.5f} on that text: {:.0f} % won back",
                                               "같은 글에서 KL {:.5f}이던 것의 {:.0f} %를 되찾음"};
inline constexpr Message kShrinkErrors{"trying types", "형식 시험"};
inline constexpr Message kShrinkSensitivity{"measuring each tensor", "텐서마다 재는 중"};
inline constexpr Message kShrinkSearch{"searching", "조합 찾는 중"};
inline constexpr Message kShrinkNoTest{
    "the text has {} examples, too few to keep some for judging, which takes 4; the loss is that of the text the types "
    "were chosen by",
    "글이 예 {}개뿐이라 평가용을 따로 남기지 못했습니다(4개 이상이어야 합니다). 손실은 형식을 고른 글에서 잰 "
    "값입니다"};
inline constexpr Message kShrinkRowSize{"size", "크기"};
inline constexpr Message kShrinkRowSizeValue{"{} bytes, {} allowed; {:.1f} % of {} at 16 bits; {:.2f} bits a weight",
                                             "{}바이트(한도 {}). 16비트 크기의 {:.1f} %({}), 가중치당 {:.2f}비트"};
inline constexpr Message kShrinkRowLoss{"loss", "손실"};
inline constexpr Message kShrinkRowLossValue{
    "mean KL {:.5f} nats on text not chosen by, {:.5f} on the search's ({:.5f} before it)",
    "평균 KL {:.5f} nat(고를 때 쓰지 않은 글), {:.5f}(고를 때 쓴 글, 찾기 전 {:.5f})"};
inline constexpr Message kShrinkRowLossOwnValue{
    "mean KL {:.5f} nats ({:.5f} before the search), on the text the types were chosen by",
    "평균 KL {:.5f} nat(찾기 전 {:.5f}), 형식을 고른 글에서 잰 값"};
inline constexpr Message kShrinkRowTypes{"types", "형식"};

}  // namespace ondol::msg
