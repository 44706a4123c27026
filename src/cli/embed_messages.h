// Texts of the command embed.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kEmbedSummary{"turn texts into vectors", "글을 벡터로 바꿉니다"};
inline constexpr Message kEmbedTextArgument{"texts (default: standard input, one on each line)",
                                            "글 (기본: 표준 입력, 한 줄에 하나씩)"};
inline constexpr Message kEmbedFileOption{"read texts from a file, one on each line",
                                          "글을 파일에서 한 줄에 하나씩 읽습니다"};
inline constexpr Message kEmbedPoolingOption{
    "mean, last or cls: which tokens make a text's vector (default: what the file says, else mean)",
    "mean, last, cls: 어느 토큰으로 글의 벡터를 만들지 고릅니다 (기본: 파일이 정한 것, 없으면 mean)"};
inline constexpr Message kEmbedNoNormaliseOption{"do not scale vectors to length one",
                                                 "벡터의 길이를 1로 맞추지 않습니다"};
inline constexpr Message kEmbedTruncateOption{"cut the end off texts that are too long, instead of refusing them",
                                              "너무 긴 글은 거절하지 않고 뒤를 잘라 냅니다"};
inline constexpr Message kEmbedSimilarityOption{
    "print how much each text after the first is like it: the cosine of the angle between their vectors",
    "첫 글과 나머지 글이 얼마나 비슷한지 출력합니다 (두 벡터 사이 각의 코사인)"};
inline constexpr Message kEmbedTextTwice{"give texts either as arguments or with -f",
                                         "글은 인자와 -f 중 하나로만 주세요"};
inline constexpr Message kEmbedNoTexts{"there is no text; give one as an argument or with -f",
                                       "글이 없습니다. 인자나 -f로 글을 주세요"};
inline constexpr Message kEmbedOneText{"--similarity needs two texts or more",
                                       "--similarity에는 글이 둘 이상 필요합니다"};
inline constexpr Message kEmbedTextNumber{"text {}: {}", "{}번째 글: {}"};
inline constexpr Message kEmbedWork{"reading texts", "글 읽는 중"};

}  // namespace ondol::msg
