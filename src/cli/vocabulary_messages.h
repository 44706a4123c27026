// Texts of `shrink --vocab`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kVocabularyOption{"texts of the field: only the tokens they need stay in the vocabulary",
                                           "분야의 글: 이 글에 필요한 토큰만 어휘에 남깁니다"};
inline constexpr Message kVocabularyGrowthOption{
    "how many percent more tokens such text may take (default: 0.25); less keeps rarer words whole",
    "이런 글의 토큰이 몇 퍼센트까지 늘어도 되는지 (기본: 0.25). 작을수록 드문 낱말이 남습니다"};
inline constexpr Message kTokenizerJsonOption{"write the trimmed tokenizer as Hugging Face's tokenizer.json, too",
                                              "줄인 토크나이저를 Hugging Face의 tokenizer.json으로도 저장합니다"};
inline constexpr Message kTokenizerJsonAlone{"--tokenizer-json has no use without --vocab",
                                             "--tokenizer-json은 --vocab과 함께 써야 합니다"};
inline constexpr Message kShrinkNothingAsked{
    "give --size SIZE, --vocab FILE, --layers N or --ffn N, or several",
    "--size 크기, --vocab 파일, --layers 수, --ffn 수 가운데 하나 이상을 주세요"};
inline constexpr Message kVocabularyRow{"vocabulary", "어휘"};
inline constexpr Message kVocabularyRowValue{"{} -> {} tokens, {} less in the file ({:.1f} %)",
                                             "토큰 {} -> {}개, 파일에서 {} 줄어듦({:.1f} %)"};
inline constexpr Message kVocabularyTokensRow{"tokens", "토큰"};
inline constexpr Message kVocabularyTokensValue{"{:.3f} -> {:.3f} a character ({:+.2f} %) on text not chosen by",
                                                "글자당 {:.3f} -> {:.3f}({:+.2f} %), 고를 때 쓰지 않은 글"};
inline constexpr Message kVocabularyOwnTokensValue{
    "{:.3f} -> {:.3f} a character ({:+.2f} %) on the text chosen by; give more to keep some for judging",
    "글자당 {:.3f} -> {:.3f}({:+.2f} %), 고를 때 쓴 글. 평가용을 남기려면 글을 더 주세요"};

}  // namespace ondol::msg
