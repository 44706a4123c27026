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
    "{}: the model as written does not compute what it should: KL {:.3g}, allowed are {:.3g}; nothing was left behind, try "
    "--type F32",
    "{}: 쓴 모델의 계산이 원래와 다릅니다. KL {:.3g}, 허용 한도 {:.3g}; 쓰다 만 파일은 지웠습니다. --type F32로 "
    "해 보세요"};

}  // namespace ondol::msg
