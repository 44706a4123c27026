// Texts of the folder `tune/data`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

// From records to tokens: reasons why a line is bad.
inline constexpr Message kEmptyExample{"the prompt or the answer is empty", "질문이나 답이 비어 있습니다"};
inline constexpr Message kExampleTooLong{"{} tokens, the context has {}; shorten it or raise --ctx-size",
                                         "{}토큰인데 문맥 길이는 {}입니다. 줄이거나 --ctx-size를 늘리세요"};
inline constexpr Message kTeacherNoTemplate{
    "a chat, but the teacher has other tokens and no chat template to read it by; take a teacher that has one",
    "대화인데 토큰이 다른 선생 모델에 이를 읽을 대화 템플릿이 없습니다. 템플릿이 있는 선생 모델을 쓰세요"};
inline constexpr Message kTeacherCannotRead{"for the teacher: {}", "선생 모델에게 보일 때: {}"};

// The whole set.
inline constexpr Message kBadHeldOutShare{"--held-out {}: expected 0 to {}, or a file",
                                          "--held-out {}: 0에서 {} 사이의 값이나 파일이어야 합니다"};
inline constexpr Message kTooLongLeftOut{
    "{} examples are left out, the first at {}: longer than the context of {} tokens; raise --ctx-size to keep them",
    "예제 {}개를 뺐습니다(처음은 {}). 문맥 길이 {}토큰보다 깁니다. 넣으려면 --ctx-size를 늘리세요"};
inline constexpr Message kEmptyLeftOut{"{} examples are left out, the first at {}: their prompt or answer is empty",
                                       "예제 {}개를 뺐습니다(처음은 {}). 질문이나 답이 비어 있습니다"};
inline constexpr Message kHeldOutLeftOut{
    "{} examples are left out of training, the first at {}: their prompts are in the held-out file",
    "예제 {}개를 학습에서 뺐습니다(처음은 {}). 평가용 파일에 같은 질문이 있습니다"};
inline constexpr Message kDuplicatesLeftOut{"{} examples stand more than once and count once",
                                            "같은 예제 {}개는 한 번만 씁니다"};
inline constexpr Message kNothingHeldOut{"no example is held out; the loss on unseen text will not be shown",
                                         "평가용으로 남긴 예제가 없어 처음 보는 글의 손실은 표시되지 않습니다"};
inline constexpr Message kNoExamples{"the data holds no example; expected at least one line",
                                     "데이터에 예제가 없습니다. 한 줄 이상 있어야 합니다"};
inline constexpr Message kNoExampleLeft{"the data holds no example to train on: {}", "학습할 예제가 없습니다: {}"};
inline constexpr Message kOneAnswer{
    "all {} examples have one answer (\"{}\"), so there is nothing to learn; check the data and --columns",
    "예제 {}개의 답이 모두 같아(\"{}\") 배울 것이 없습니다. 데이터와 --columns를 확인하세요"};

// Cards and licences.  kLicence…: a data set's name, its licence.
inline constexpr Message kCardNotJson{
    "{}: {}; expected a data card, a JSON object with \"name\", \"licence\", \"source\"",
    "{}: {}; \"name\", \"licence\", \"source\"가 있는 JSON 객체여야 합니다"};
inline constexpr Message kCardNoObject{"no JSON object", "JSON 객체가 아닙니다"};
inline constexpr Message kCardTooLong{"{}: {} bytes, at most {} are possible for a data card",
                                      "{}: {}바이트입니다. 데이터 카드는 최대 {}바이트까지 가능합니다"};
inline constexpr Message kCardValue{"{}: \"{}\" must be text, \"parents\" a list of cards or of their paths",
                                    "{}: \"{}\" 값은 글이어야 합니다. \"parents\"는 카드나 카드 경로의 목록입니다"};
inline constexpr Message kCardCircle{"{}: this data card is its own ancestor; take it out of its parents",
                                     "{}: 데이터 카드가 자기 자신의 조상입니다. parents에서 빼세요"};
inline constexpr Message kTooManyCards{"{}: more than {} data cards or {} generations of them",
                                       "{}: 데이터 카드가 {}개나 {}세대를 넘습니다"};
inline constexpr Message kNoLicence{"none is given", "표시 없음"};
inline constexpr Message kLicenceUnknown{"data \"{}\": its licence is not known ({})",
                                         "데이터 \"{}\": 라이선스를 알 수 없습니다({})"};
inline constexpr Message kLicenceNonCommercial{"data \"{}\": its licence {} forbids commercial use",
                                               "데이터 \"{}\": 라이선스 {}은(는) 상업적 이용을 금지합니다"};
inline constexpr Message kLicenceNoDerivatives{
    "data \"{}\": its licence {} forbids passing on what is made of it, as a trained model",
    "데이터 \"{}\": 라이선스 {}은(는) 학습한 모델 같은 2차 저작물의 배포를 금지합니다"};
inline constexpr Message kLicenceShareAlike{
    "data \"{}\": under its licence {} a model trained on it is passed on under the same licence",
    "데이터 \"{}\": 라이선스 {}에 따라 학습한 모델도 같은 라이선스로 배포해야 합니다"};
inline constexpr Message kLicenceOwnTerms{"data \"{}\": its licence {} has rules of use of its own; read them",
                                          "데이터 \"{}\": 라이선스 {}에는 별도의 사용 조건이 있습니다. 읽어 보세요"};
inline constexpr Message kLicenceConflict{
    "{}; use other data or --purpose research, or add --accept-licence {}",
    "{}. 다른 데이터나 --purpose research를 쓰거나 --accept-licence {}을(를) 붙이세요"};
inline constexpr Message kMoreConflicts{"{} (and {} more conflicts)", "{} (충돌이 {}건 더 있습니다)"};
inline constexpr Message kNothingToAccept{
    "--accept-licence {}: no licence of that name conflicts with the purpose; take the option away",
    "--accept-licence {}: 목적과 충돌하는 그런 이름의 라이선스가 없습니다. 옵션을 빼세요"};
inline constexpr Message kNoSuchPurpose{"--purpose {}: expected research or commercial",
                                        "--purpose {}: research나 commercial이어야 합니다"};

}  // namespace ondol::msg
