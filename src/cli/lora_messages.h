// Texts about adapters: --lora and the command merge.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kLoraOption{
    "adapter to add (a PEFT folder or a GGUF adapter), with a factor behind a colon; may be given several times",
    "더할 어댑터 (PEFT 폴더나 GGUF 어댑터). 쌍점 뒤에 배율을 쓸 수 있고 여러 번 줄 수 있습니다"};
inline constexpr Message kBadLoraScale{
    "{}: no such file, and \"{}\" is not a scale; expected ADAPTER or ADAPTER:SCALE",
    "{}: 그런 파일이 없고 \"{}\"은(는) 배율도 아닙니다. 어댑터 또는 어댑터:배율로 쓰세요"};
inline constexpr Message kMergeSummary{"write a model in which adapters have become weights",
                                       "어댑터를 가중치에 합쳐 새 모델로 씁니다"};
inline constexpr Message kMergeAdaptersArgument{
    "adapters (PEFT folders or GGUF adapters), each with a factor behind a colon",
    "어댑터 (PEFT 폴더나 GGUF 어댑터). 쌍점 뒤에 배율을 쓸 수 있습니다"};
inline constexpr Message kMergeTypeOption{"type of the matrices that change (default: the one they have): {}",
                                          "바뀌는 행렬의 형식 (기본: 원래 형식): {}"};
inline constexpr Message kMergeDone{
    "{}: {} of {} tensors changed; KL from the model with its adapters {:.3g} (largest {:.3g}, {} positions)",
    "{}: 텐서 {}개를 바꿨습니다(전체 {}개). 어댑터를 더한 모델과의 KL {:.3g} (최대 {:.3g}, {}개 위치)"};

}  // namespace ondol::msg
