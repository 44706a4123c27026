// Texts of the floor `model`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kNoArchitecture{
    "{}: has no general.architecture; expected a model file, not only a vocabulary",
    "{}: general.architecture가 없습니다. 모델 파일이어야 합니다"};
inline constexpr Message kUnknownArchitecture{"{}: architecture \"{}\" is not supported; this build runs: {}",
                                              "{}: \"{}\" 구조는 아직 지원하지 않습니다. 지금 실행할 수 있는 구조: {}"};
inline constexpr Message kFamilyNeeds{"{}: architecture \"{}\" cannot run here, because it needs {}",
                                      "{}: \"{}\" 구조는 여기서 실행할 수 없습니다. 필요한 것: {}"};
inline constexpr Message kNeedsStateSpace{"state-space or linear-attention layers", "상태 공간 또는 선형 어텐션 층"};
inline constexpr Message kNeedsLatentAttention{"attention over compressed keys and values (MLA)",
                                               "압축한 키와 값에 대한 어텐션(MLA)"};
inline constexpr Message kNeedsEncoder{"an encoder of another kind than BERT's", "BERT와 다른 방식의 인코더"};
inline constexpr Message kNeedsEncoderDecoder{"an encoder beside the decoder", "디코더 옆의 인코더"};
inline constexpr Message kNeedsOtherOutput{"pictures or sound instead of text", "글이 아닌 그림이나 소리"};
inline constexpr Message kNeedsDiffusion{"generation by diffusion, not token after token",
                                         "토큰을 하나씩 잇지 않는 확산 방식 생성"};
inline constexpr Message kNeedsAlibi{"position biases on attention scores (ALiBi)",
                                     "어텐션 점수에 더하는 위치 편향(ALiBi)"};
inline constexpr Message kNeedsPictureRotation{"rotations by place in a picture (M-RoPE)",
                                               "그림 속 위치에 따른 회전(M-RoPE)"};
inline constexpr Message kNeedsLayerEmbeddings{"embeddings for each layer and shared keys and values",
                                               "층마다 따로 있는 임베딩과 층끼리 나누어 쓰는 키와 값"};
inline constexpr Message kNeedsOtherExperts{"experts that are chosen in a way this build does not have",
                                            "이 버전에 없는 방식으로 고르는 전문가 층"};
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
inline constexpr Message kEncoderWindow{"{}: an encoder whose attention sees only a window is not supported",
                                        "{}: 어텐션이 창 안만 보는 인코더는 지원하지 않습니다"};
inline constexpr Message kWritesNoText{
    "this model is an encoder ({}): it makes vectors of texts and writes none; use `ondol embed`",
    "이 모델은 인코더({})라서 글을 쓰지 못하고 글을 벡터로만 바꿉니다. `ondol embed`를 쓰세요"};
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
inline constexpr Message kVocabularyDisagrees{"{}: the tokenizer has {} tokens but the embedding has {} rows",
                                              "{}: 토크나이저의 토큰은 {}개인데 임베딩은 {}행입니다"};
inline constexpr Message kModelWeights{"the model's weights", "모델 가중치"};
inline constexpr Message kWorkspaceMemory{"the model's working memory", "모델 작업 공간"};
inline constexpr Message kGreedyHeadMemory{"the coarse copy of the output head", "출력 헤드의 대략 사본"};

}  // namespace ondol::msg
