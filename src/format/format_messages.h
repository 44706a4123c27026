// Texts of the floor `format`.  The first {} is always the file.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kNotAModel{
    "{}: not a model (expected a GGUF or safetensors file, or a folder that holds model.safetensors)",
    "{}: 모델이 아닙니다 (GGUF나 safetensors 파일, 또는 model.safetensors가 든 폴더여야 합니다)"};
inline constexpr Message kFileEndsInside{"{}: the file ends at byte {}, inside {}; copy or download it again",
                                         "{}: 파일이 {}바이트에서 {} 도중에 끝납니다. 다시 복사하거나 내려받으세요"};

// Places and things inside a file, put into the texts below.
inline constexpr Message kTheHeader{"the header", "머리글"};
inline constexpr Message kTensors{"tensors", "텐서"};
inline constexpr Message kMetadataEntries{"metadata entries", "메타데이터 항목"};
inline constexpr Message kMetadataEntryNo{"metadata entry {}", "메타데이터 항목 {}"};
inline constexpr Message kMetadataOf{"metadata {}", "메타데이터 {}"};
inline constexpr Message kTensorEntryNo{"tensor entry {}", "텐서 항목 {}"};
inline constexpr Message kEntryOfTensor{"the entry of tensor {}", "텐서 {} 항목"};

// GGUF: header and metadata.
inline constexpr Message kNotGguf{"{}: not a GGUF file (it does not begin with the letters GGUF)",
                                  "{}: GGUF 파일이 아닙니다 (GGUF라는 글자로 시작하지 않습니다)"};
inline constexpr Message kGgufVersion{"{}: GGUF version {} is not supported (expected 2 or 3)",
                                      "{}: GGUF 버전 {}은(는) 지원하지 않습니다 (2나 3이어야 합니다)"};
inline constexpr Message kGgufBigEndian{"{}: a big-endian GGUF file; convert it to little-endian",
                                        "{}: 빅엔디언 GGUF 파일입니다. 리틀엔디언으로 바꾸세요"};
inline constexpr Message kTooManyEntries{"{}: announces {} {}, more than the {} bytes left can hold",
                                         "{}: {}개({})가 있다고 하지만 남은 {}바이트에 들어갈 수 없습니다"};
inline constexpr Message kArrayTooLong{"{}: metadata {}: announces {} elements, more than the {} allowed or left",
                                       "{}: 메타데이터 {}: 원소가 {}개라고 하지만 {}개까지만 가능합니다"};
inline constexpr Message kStringTooLong{"{}: {}: announces a text of {} bytes, more than the {} allowed or left",
                                        "{}: {}: 길이 {}바이트의 글이라고 하지만 {}바이트까지만 가능합니다"};
inline constexpr Message kEmptyName{"{}: {}: the name is empty", "{}: {}: 이름이 비어 있습니다"};
inline constexpr Message kDuplicateKey{"{}: metadata {} appears twice", "{}: 메타데이터 {}이(가) 두 번 나옵니다"};
inline constexpr Message kUnknownValueType{"{}: metadata {}: value type {} is unknown (expected 0 to 12)",
                                           "{}: 메타데이터 {}: 모르는 값 종류 {}입니다 (0에서 12 사이여야 합니다)"};
inline constexpr Message kNestedArray{"{}: metadata {}: arrays of arrays are not supported",
                                      "{}: 메타데이터 {}: 배열의 배열은 지원하지 않습니다"};
inline constexpr Message kBadBool{"{}: metadata {}: a boolean is {} (expected 0 or 1)",
                                  "{}: 메타데이터 {}: 참거짓 값이 {}입니다 (0이나 1이어야 합니다)"};
inline constexpr Message kBadAlignment{"{}: general.alignment is {} (expected a power of two from 8 to {})",
                                       "{}: general.alignment가 {}입니다 (8에서 {} 사이의 2의 거듭제곱이어야 합니다)"};

// Tensors of every format.
inline constexpr Message kDuplicateTensor{"{}: tensor {} appears twice", "{}: 텐서 {}이(가) 두 번 나옵니다"};
inline constexpr Message kTooManyDims{"{}: tensor {}: has {} dimensions (expected at most {})",
                                      "{}: 텐서 {}: 차원이 {}개입니다 ({}개까지만 가능합니다)"};
inline constexpr Message kBadDim{"{}: tensor {}: dimension {} is {} (expected at least 1)",
                                 "{}: 텐서 {}: {}번째 차원이 {}입니다 (1 이상이어야 합니다)"};
inline constexpr Message kShapeOverflows{"{}: tensor {}: the product of its dimensions overflows",
                                         "{}: 텐서 {}: 차원의 곱이 너무 큽니다"};
inline constexpr Message kUnknownType{"{}: tensor {}: type {} is unknown", "{}: 텐서 {}: 모르는 종류 {}입니다"};
inline constexpr Message kUnsupportedType{"{}: tensor {}: type {} is not supported; supported are {}",
                                          "{}: 텐서 {}: 종류 {}은(는) 지원하지 않습니다. 지원하는 종류: {}"};
inline constexpr Message kRowNotWholeBlocks{
    "{}: tensor {}: a row of {} weights is not a multiple of {}, the block of {}",
    "{}: 텐서 {}: 가중치 {}개짜리 행이 {}의 배수가 아닙니다 ({}의 블록 크기)"};
inline constexpr Message kMisalignedTensor{"{}: tensor {}: offset {} is not a multiple of the alignment {}",
                                           "{}: 텐서 {}: 위치 {}이(가) 정렬 단위 {}의 배수가 아닙니다"};
inline constexpr Message kTensorPastEnd{"{}: tensor {}: needs {} bytes at {}, file ends at {}",
                                        "{}: 텐서 {}: {}바이트가 {} 위치에 있어야 하는데 파일이 {}에서 끝납니다"};
inline constexpr Message kTensorsOverlap{"{}: tensors {} and {} overlap at byte {}",
                                         "{}: 텐서 {}와(과) {}이(가) {}바이트 위치에서 겹칩니다"};

// Split GGUF files.
inline constexpr Message kBadSplit{"{}: split.no {} and split.count {} do not fit together",
                                   "{}: split.no {}와(과) split.count {}이(가) 서로 맞지 않습니다"};
inline constexpr Message kSplitName{"{}: part {} of a split model; expected a file name that ends in {}",
                                    "{}: 나뉜 모델의 {}번째 조각입니다. 파일 이름이 {}(으)로 끝나야 합니다"};
inline constexpr Message kSplitMissing{"{}: part {} of {} is missing; put all parts into one folder",
                                       "{}: 조각 {}/{}이(가) 없습니다. 모든 조각을 한 폴더에 두세요"};
inline constexpr Message kSplitMismatch{"{}: says it is part {} of {} (expected part {} of {})",
                                        "{}: 조각 {}/{}이라고 되어 있습니다 ({}/{}이어야 합니다)"};
inline constexpr Message kSplitTensorCount{
    "{}: the parts hold {} tensors (expected {}, as split.tensors.count says)",
    "{}: 조각에 든 텐서가 {}개입니다 (split.tensors.count에 따르면 {}개여야 합니다)"};

}  // namespace ondol::msg
