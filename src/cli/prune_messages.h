// Texts of `shrink --layers` and `--ffn`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kPruneLayersOption{
    "layers to keep, a number or a share (75%); those go that the model misses least, measured; see --repair",
    "남길 층 수나 비율(75%). 빼 보고 재어 손실이 가장 적은 층부터 덜어 냅니다. --repair와 함께 쓰세요"};
inline constexpr Message kPruneFfnOption{
    "channels of each feed-forward to keep, a number or a share, rounded down to a multiple of 32",
    "피드포워드마다 남길 채널 수나 비율. 32의 배수로 내림합니다"};
inline constexpr Message kPruneImatrix{
    "--imatrix is of the whole model and does not fit a pruned one: leave it out with --layers and --ffn",
    "--imatrix는 덜어 내기 전 모델의 것이라 --layers, --ffn과 함께 쓸 수 없습니다"};
inline constexpr Message kPruneNoRepair{
    "nothing teaches the pruned model what it lost: `--repair STEPS` wins much of it back",
    "덜어 낸 모델을 다시 가르치지 않습니다. `--repair 단계수`를 주면 잃은 것을 많이 되찾습니다"};
inline constexpr Message kPruneWindows{
    "{}: the file lists which layers have windows; programs that count them by period read it otherwise",
    "{}: 창이 있는 층을 파일에 하나하나 적었습니다. 주기로 세는 프로그램은 다르게 읽습니다"};
inline constexpr Message kPruneLayersStage{"leaving out layers", "층을 빼 보는 중"};
inline constexpr Message kPruneRow{"pruned", "덜어 냄"};
inline constexpr Message kPruneRowLayers{"layers: {} of {} stay ({})", "층 {}/{}개 남음: {}"};
inline constexpr Message kPruneRowChannels{"channels of each feed-forward: {} of {} stay",
                                           "피드포워드마다 채널 {}/{}개 남음"};
inline constexpr Message kPruneRowRepaired{"mean KL {:.4f} nats after pruning, {:.4f} taught by the whole model",
                                           "평균 KL: 덜어 낸 뒤 {:.4f} nat, 원래 모델에게 배운 뒤 {:.4f}"};
inline constexpr Message kPruneRowUnrepaired{
    "mean KL {:.4f} nats after pruning, {:.4f} taught by the whole model: no better, not kept",
    "평균 KL: 덜어 낸 뒤 {:.4f} nat, 원래 모델에게 배운 뒤 {:.4f}. 낫지 않아 버렸습니다"};
inline constexpr Message kPruneRowLoss{"mean KL {:.4f} nats after pruning", "평균 KL: 덜어 낸 뒤 {:.4f} nat"};
inline constexpr Message kPruneColumnBytes{"bytes", "바이트"};
inline constexpr Message kPruneColumnMean{"mean KL", "평균 KL"};
inline constexpr Message kPruneColumnMedian{"median", "중앙값"};
inline constexpr Message kPruneColumnP99{"99 %", "99 %"};
inline constexpr Message kPruneColumnTop{"same top", "최선 일치"};
inline constexpr Message kPruneColumnBits{"bits/byte", "비트/바이트"};
inline constexpr Message kPruneOriginal{"original", "원래 모델"};
inline constexpr Message kPrunePruned{"this file", "이 파일"};
inline constexpr Message kPrunePlain{"whole, quantised", "양자화만"};
inline constexpr Message kPruneBetterPlain{
    "quantising the whole model loses less at these bytes: leave out --layers and --ffn, unless speed is what you need",
    "같은 크기에서는 덜어 내지 않고 양자화만 하는 편이 덜 잃습니다. 속도가 목적이 아니면 --layers, --ffn을 빼세요"};
inline constexpr Message kPruneBetterPruned{"pruning loses less at these bytes than quantising the whole model",
                                            "같은 크기에서는 덜어 내는 편이 양자화만 하는 것보다 덜 잃습니다"};
inline constexpr Message kPruneAlike{
    "this text tells no difference between pruning and quantising the whole model at these bytes",
    "같은 크기에서 덜어 내는 것과 양자화만 하는 것의 차이를 이 글로는 가릴 수 없습니다"};
inline constexpr Message kPruneOnlyWay{"the whole model cannot be so small: its smallest types need {} bytes",
                                       "원래 모델은 이만큼 작아질 수 없습니다. 가장 작은 형식으로도 {}바이트가 듭니다"};
inline constexpr Message kPruneSeen{"judged by the text that chose the types; give more to keep some for judging",
                                    "형식을 고른 글로 잰 값입니다. 평가용을 남기려면 글을 더 주세요"};

}  // namespace ondol::msg
