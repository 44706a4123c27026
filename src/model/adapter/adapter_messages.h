// Texts of model/adapter.  The first {} is always the adapter's file or folder.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kNotAnAdapter{
    "{}: not an adapter; expected a GGUF adapter, or a PEFT folder with adapter_config.json and "
    "adapter_model.safetensors",
    "{}: 어댑터가 아닙니다. GGUF 어댑터이거나 adapter_config.json과 adapter_model.safetensors가 든 PEFT 폴더여야 "
    "합니다"};
inline constexpr Message kGiveTheAdapterFolder{
    "{}: give the folder with adapter_config.json instead; the tensors alone do not say how they are scaled",
    "{}: adapter_config.json이 든 폴더를 주세요. 텐서만으로는 배율을 알 수 없습니다"};
inline constexpr Message kIsAModel{"{}: is a model (general.type is not adapter), expected an adapter",
                                   "{}: 어댑터가 아니라 모델입니다 (general.type이 adapter가 아닙니다)"};
inline constexpr Message kNoAdapterTensors{
    "{}: adapter_model.safetensors is missing; save the adapter again with safe_serialization=True",
    "{}: adapter_model.safetensors가 없습니다. safe_serialization=True로 다시 저장하세요"};
inline constexpr Message kOtherFamily{"{}: is for a {} model, but the model is {}; use the model it was trained on",
                                      "{}: {} 모델용인데 이 모델은 {}입니다. 학습에 쓴 모델을 사용하세요"};
inline constexpr Message kAdapterUnsupported{"{}: {} is {}, which is not supported; expected {}",
                                             "{}: {} 값이 {}인 어댑터는 지원하지 않습니다. 지원하는 값: {}"};
inline constexpr Message kAdapterTensorsUnsupported{"{}: {} of its tensors cannot be used, because they are {}: {}",
                                                    "{}: 텐서 {}개를 쓸 수 없습니다. 이유: {}: {}"};
// What such tensors are.
inline constexpr Message kAreMagnitudes{"magnitudes of weights (DoRA)", "가중치의 크기(DoRA)"};
inline constexpr Message kAreOfEmbeddings{"additions to an embedding", "임베딩에 더하는 행렬"};
inline constexpr Message kAreOfExperts{"additions to experts", "전문가 층에 더하는 행렬"};
inline constexpr Message kAreBiases{"biases", "편향"};
inline constexpr Message kAreWholeTensors{"whole tensors, not low-rank additions (saved modules)",
                                          "저랭크 행렬이 아닌 통째 텐서(저장된 모듈)"};
inline constexpr Message kAreOfAnotherModel{"additions to matrices this {} model does not have",
                                            "이 {} 모델에 없는 행렬에 더하는 것"};
inline constexpr Message kHalfAdapter{"{}: tensor {} is missing, its other half is there",
                                      "{}: {} 텐서가 없는데 나머지 절반은 있습니다"};
inline constexpr Message kEmptyAdapter{"{}: holds no low-rank matrices", "{}: 저랭크 행렬이 없습니다"};
inline constexpr Message kRankZero{"{}: {} is 0; a rank is at least 1",
                                   "{}: {} 값이 0입니다. 랭크는 1 이상이어야 합니다"};
inline constexpr Message kAdapterShape{
    "{}: tensor {}: has shape {}, expected {} for this model; use the model it was trained on",
    "{}: {} 텐서의 모양이 {}입니다. 이 모델이라면 {}이어야 합니다. 학습에 쓴 모델을 사용하세요"};
inline constexpr Message kAdapterRank{"{}: tensor {}: has rank {}, but adapter_config.json says {}",
                                      "{}: {} 텐서의 랭크는 {}인데 adapter_config.json에는 {}입니다"};
inline constexpr Message kAdapterNotFinite{
    "{}: tensor {}: holds numbers that are not finite; it was damaged in training",
    "{}: {} 텐서에 유한하지 않은 수가 있습니다. 학습 중에 망가진 것입니다"};
inline constexpr Message kAdapterTwice{"{}: matrix {} is adapted twice in one adapter",
                                       "{}: 한 어댑터 안에서 {} 행렬을 두 번 바꿉니다"};
inline constexpr Message kAdapterNoMatrix{"{}: the model has no matrix {}; use the model the adapter was trained on",
                                          "{}: 모델에 {} 행렬이 없습니다. 어댑터를 학습할 때 쓴 모델을 사용하세요"};
inline constexpr Message kAdapterScale{"{}: scale {} is not a finite number", "{}: 배율 {}은(는) 유한한 수가 아닙니다"};
inline constexpr Message kMergeIntoScaled{
    "matrix {} has a scale of its own ({}) and cannot be merged into; use --lora when running instead",
    "{} 행렬에는 따로 둔 배율({})이 있어 합칠 수 없습니다. 대신 실행할 때 --lora를 쓰세요"};
inline constexpr Message kAPlainName{"a module's name without patterns", "패턴이 없는 모듈 이름"};
inline constexpr Message kAnAlpha{"a positive number", "양수"};
inline constexpr Message kNoHuggingFaceName{
    "{}: matrix {} has no name in Hugging Face files; write a GGUF adapter instead",
    "{}: {} 행렬은 Hugging Face 파일에서의 이름이 없습니다. GGUF 어댑터로 쓰세요"};
inline constexpr Message kAdapterMemory{"the adapter", "어댑터"};
inline constexpr Message kCannotMakeFolder{"{}: cannot make the folder: {}", "{}: 폴더를 만들 수 없습니다: {}"};

}  // namespace ondol::msg
