// Texts of the floor `compress`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kImatrixTensor{"{}: {}: not the sums and counts of an imatrix; make the file again",
                                        "{}: {}: imatrix의 합과 개수가 아닙니다. 파일을 다시 만드세요"};
inline constexpr Message kNoImatrix{"{}: not an imatrix: it holds no tensor NAME.in_sum2; `ondol calibrate` makes one",
                                    "{}: imatrix가 아닙니다. 이름.in_sum2 텐서가 없습니다. `ondol calibrate`로 "
                                    "만드세요"};
inline constexpr Message kImatrixShape{
    "{}: is of another model: {} has {} x {} inputs there, {} x {} in the model",
    "{}: 다른 모델의 imatrix입니다. {}의 입력이 {} x {}인데 이 모델에서는 {} x {}입니다"};
inline constexpr Message kImatrixOfAnother{"{}: is of another model: no tensor's name is in this one",
                                           "{}: 다른 모델의 imatrix입니다. 이름이 같은 텐서가 없습니다"};
inline constexpr Message kTrialMemory{"a copy of the model to try types on", "형식을 시험할 모델 사본"};
inline constexpr Message kNothingToMeasure{
    "the text has no token whose prediction counts; give more text, or examples with answers",
    "예측을 잴 토큰이 글에 없습니다. 글을 더 주거나 답이 있는 예를 주세요"};
inline constexpr Message kCalibrationNotFinite{
    "the model's activations are not finite on this text; the model cannot be calibrated",
    "이 글에서 모델의 활성값이 유한하지 않아 보정할 수 없습니다"};

inline constexpr Message kCalibrateOther{
    "{}: is a calibration of another model or other texts; add --force to begin anew",
    "{}: 다른 모델이나 다른 글로 만든 파일입니다. 새로 하려면 --force를 더하세요"};

inline constexpr Message kShrinkSize{"--size {}: expected bytes (300M, 1.2GB, 512KiB) or a share (25%)",
                                     "--size {}: 바이트(300M, 1.2GB, 512KiB)나 비율(25%)이어야 합니다"};
inline constexpr Message kShrinkTooSmall{
    "a file of {} bytes is too small: the smallest types need {}; give a larger --size or trim the vocabulary",
    "{}바이트로는 모자랍니다. 가장 작은 형식으로도 {}바이트가 듭니다. --size를 늘리거나 어휘를 줄이세요"};

inline constexpr Message kNoFieldText{"--vocab: there is no text in the corpus to choose a vocabulary by",
                                      "--vocab: 어휘를 고를 글이 없습니다"};
inline constexpr Message kVocabularyLacksScript{
    "vocabulary: the corpus has no {}, which is {:.0f} % of the letters of {}; such text will take more tokens",
    "어휘: 글에 {0} 문자가 없는데 {2} 글자의 {1:.0f} %입니다. 그런 글은 토큰이 더 많이 듭니다"};
inline constexpr Message kNeededByVocabulary{"the model's vocabulary", "모델 어휘"};
inline constexpr Message kNeededByText{"the text to measure by", "손실을 잴 글"};
inline constexpr Message kVocabularyForeign{
    "vocabulary: the corpus takes {:.2f} tokens a character; is the model's vocabulary made for its language?",
    "어휘: 글이 글자당 {:.2f}토큰입니다. 모델의 어휘가 이 언어에 맞나요?"};
inline constexpr Message kTrimMemory{"the rows of the tokens that stay", "남는 토큰의 행"};

inline constexpr Message kPruneKept{
    "{} {}: expected how many of the model's {} to keep, {} to {}, or a share of them (75%)",
    "{} {}: 모델의 {}개 가운데 남길 수({}~{})나 비율(75%)이어야 합니다"};
inline constexpr Message kPruneTooFew{"{} {}: the model has {}, too few to leave any out",
                                      "{} {}: 모델에 {}개뿐이라 덜어 낼 수 없습니다"};
inline constexpr Message kCannotPrune{"{}: parts of {} models cannot be left out: {}",
                                      "{}: {} 모델에서는 덜어 낼 수 없습니다. {}"};
inline constexpr Message kPruneEncoder{"it is an encoder, which predicts no next token to measure by",
                                       "다음 토큰을 예측하지 않는 인코더라 손실을 잴 수 없습니다"};
inline constexpr Message kPruneExperts{"it has experts", "전문가(MoE)가 있는 모델입니다"};
inline constexpr Message kPruneSkips{"later layers read what earlier ones kept; --ffn alone is possible",
                                     "뒤 층이 앞 층의 상태를 다시 읽습니다. --ffn만 쓸 수 있습니다"};
inline constexpr Message kPruneChannelNorm{"a norm spans all channels of a feed-forward; --layers alone is possible",
                                           "피드포워드 채널 전체에 걸친 정규화가 있습니다. --layers만 쓸 수 있습니다"};
inline constexpr Message kPruneUnsayable{
    "{}: a file of the {} family cannot say what is true of the layers that would stay; keep others or all",
    "{}: {} 계열 파일로는 남을 층의 설정을 적을 수 없습니다. 층 수를 바꾸거나 그대로 두세요"};

}  // namespace ondol::msg
