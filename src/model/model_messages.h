// Texts of the floor `model`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kNoArchitecture{
    "{}: has no general.architecture; expected a model file, not only a vocabulary",
    "{}: general.architecture가 없습니다. 모델 파일이어야 합니다"};
inline constexpr Message kUnknownArchitecture{"{}: architecture \"{}\" is not supported; this build runs: {}",
                                              "{}: \"{}\" 구조는 아직 지원하지 않습니다. 지금 실행할 수 있는 구조: {}"};
inline constexpr Message kMissingKey{"{}: key {} is missing", "{}: {} 키가 없습니다"};
inline constexpr Message kKeyOutOfRange{"{}: {} = {} is out of range, expected {} to {}",
                                        "{}: {} = {} 값이 범위를 벗어났습니다. {}에서 {} 사이여야 합니다"};
inline constexpr Message kWrongArrayLength{"{}: {} has {} numbers, expected one for each of {} layers",
                                           "{}: {} 값이 {}개입니다. 층 {}개마다 하나씩 있어야 합니다"};
inline constexpr Message kNothingKept{"{}: layer {} mixes in a hidden state that no layer up to it keeps",
                                      "{}: {}층이 섞으려는 은닉 상태를 그 앞의 어느 층도 남기지 않습니다"};
inline constexpr Message kHeadsDoNotDivide{"{}: {} attention heads cannot share {} key/value heads evenly",
                                           "{}: 어텐션 헤드 {}개를 키/값 헤드 {}개로 고르게 나눌 수 없습니다"};
inline constexpr Message kHeadSizesDiffer{"{}: keys of {} and values of {} dimensions in one head are not supported",
                                          "{}: 한 헤드 안에서 키는 {}차원, 값은 {}차원인 모델은 지원하지 않습니다"};
inline constexpr Message kHeadSizeNotMultiple{"{}: heads of {} dimensions are not supported, expected a multiple of {}",
                                              "{}: {}차원 헤드는 지원하지 않습니다. {}의 배수여야 합니다"};
inline constexpr Message kUnknownRopeScaling{
    "{}: rope scaling \"{}\" is not supported, expected none, linear, yarn or longrope",
    "{}: \"{}\" 방식의 rope 확장은 지원하지 않습니다. none, linear, yarn, longrope 중 하나여야 합니다"};
inline constexpr Message kExpertsUnsupported{
    "{}: {} has {} experts per layer, which this build cannot run yet",
    "{}: {} 모델에 층마다 전문가가 {}개 있는데, 이 버전에서는 아직 실행할 수 없습니다"};
inline constexpr Message kMissingTensor{"{}: tensor {} is missing", "{}: {} 텐서가 없습니다"};
inline constexpr Message kMissingTensors{"{}: {} tensors that a {} model needs are missing: {}",
                                         "{}: 텐서 {}개가 없습니다. {} 모델에 필요한 것: {}"};
inline constexpr Message kUnusedTensors{
    "{}: {} tensors are not part of the {} architecture, so results would be wrong: {}",
    "{}: 텐서 {}개가 {} 구조에 없는 것이라 결과가 틀릴 수 있어 열지 않습니다: {}"};
inline constexpr Message kWrongShape{"{}: tensor {}: has shape {}, expected {}",
                                     "{}: {} 텐서의 모양이 {}입니다. {}이어야 합니다"};
inline constexpr Message kWrongTensorType{"{}: tensor {}: has type {}, expected a float type",
                                          "{}: {} 텐서의 형식이 {}입니다. 실수 형식이어야 합니다"};
inline constexpr Message kUnusedTensor{"{}: tensor {} is not part of the {} architecture, so results would be wrong",
                                       "{}: {} 텐서는 {} 구조에 없는 것이라 결과가 틀릴 수 있어 열지 않습니다"};
inline constexpr Message kVocabularyDisagrees{"{}: the tokenizer has {} tokens but the embedding has {} rows",
                                              "{}: 토크나이저의 토큰은 {}개인데 임베딩은 {}행입니다"};
inline constexpr Message kModelWeights{"the model's weights", "모델 가중치"};
inline constexpr Message kWorkspaceMemory{"the model's working memory", "모델 작업 공간"};

}  // namespace ondol::msg
