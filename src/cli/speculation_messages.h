// Texts of the options that guess ahead.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kModelDraftOption{
    "a smaller model with the same vocabulary that guesses ahead (also -md); the answer is the same, only sooner",
    "어휘가 같은 더 작은 모델로 앞질러 짐작합니다(-md도 됨). 답은 그대로이고 더 빨리 나옵니다"};
inline constexpr Message kDraftMaxOption{"tokens to guess ahead at most, 0 for none (default: 16)",
                                         "한 번에 앞질러 짐작할 최대 토큰 수, 0이면 하지 않음(기본: 16)"};
inline constexpr Message kDraftMinOption{
    "tokens to guess ahead at least, also where it does not pay (default: 0, only where it does)",
    "이득이 없어도 한 번에 짐작할 최소 토큰 수(기본: 0, 이득이 있을 때만)"};
inline constexpr Message kDraftPMinOption{"probability a guess of the draft model needs (default: 0)",
                                          "초안 모델의 짐작에 필요한 확률(기본: 0)"};
inline constexpr Message kNoLookupOption{"do not guess ahead from what the text repeats",
                                         "글에서 되풀이되는 부분으로 앞질러 짐작하지 않습니다"};
inline constexpr Message kDraftNeedsModel{
    "{} has no effect without --model-draft; add it or leave {} out",
    "{}은(는) --model-draft가 있어야 쓸 수 있습니다. 함께 주거나 {}을(를) 빼세요"};
inline constexpr Message kDraftMinAboveMax{"--draft-min {} is above --draft-max {}; make it smaller",
                                           "--draft-min {}이(가) --draft-max {}보다 큽니다. 더 작게 고르세요"};
inline constexpr Message kDraftNothing{"{} has no effect with --draft-max 0; leave one of them out",
                                       "--draft-max 0이면 {}을(를) 쓸 수 없습니다. 둘 중 하나를 빼세요"};
inline constexpr Message kDraftShortContext{
    "the draft model has a context of {} tokens: behind them it guesses nothing",
    "초안 모델의 컨텍스트는 {}토큰입니다. 그 뒤로는 짐작하지 않습니다"};
inline constexpr Message kStatsGuesses{"{} of {} guesses right ({:.0f} %)", "짐작 {}/{}개 적중({:.0f}%)"};

}  // namespace ondol::msg
