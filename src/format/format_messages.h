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
inline constexpr Message kRunLayoutOfVector{"{}: tensor {}: in run layout, which only matrices have",
                                            "{}: 텐서 {}: run 배치로 되어 있지만 행렬이 아닙니다"};
inline constexpr Message kRunLayoutVersion{
    "{}: tensor {}: in run layout version {} (this build reads version {}); write the file again from its source with "
    "ondol import --layout run",
    "{}: 텐서 {}: run 배치 버전 {}입니다 (이 버전은 {}을(를) 읽습니다). 원본에서 ondol import --layout run으로 다시 "
    "만드세요"};
inline constexpr Message kRunMisaligned{"{}: tensor {}: in run layout at byte {}, which is not a multiple of {}",
                                        "{}: 텐서 {}: run 배치인데 {}바이트 위치가 {}의 배수가 아닙니다"};
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

// safetensors.
inline constexpr Message kHeaderTooLong{"{}: the header has {} bytes (expected at most {})",
                                        "{}: 머리글이 {}바이트입니다 ({}바이트까지만 가능합니다)"};
inline constexpr Message kBadJson{"{}: the header is not valid JSON (byte {})",
                                  "{}: 머리글이 올바른 JSON이 아닙니다 ({}번째 바이트)"};
inline constexpr Message kUnexpectedInHeader{
    "{}: unexpected \"{}\" in the header near \"{}\" (expected dtype, shape and data_offsets of each tensor)",
    "{}: 머리글에 뜻밖의 \"{}\"이(가) 있습니다, \"{}\" 부근 (텐서마다 dtype, shape, data_offsets가 있어야 합니다)"};
inline constexpr Message kMissingField{"{}: tensor {}: {} is missing or incomplete",
                                       "{}: 텐서 {}: {}이(가) 없거나 불완전합니다"};
inline constexpr Message kOffsetsDisagree{"{}: tensor {}: its shape needs {} bytes, data_offsets are {} to {}",
                                          "{}: 텐서 {}: 모양대로면 {}바이트인데 data_offsets는 {}부터 {}까지입니다"};
inline constexpr Message kNotNextTensor{
    "{}: tensor {}: begins at byte {} of the data (expected {}: no holes, no overlaps)",
    "{}: 텐서 {}: 데이터의 {}바이트에서 시작합니다 (빈틈과 겹침 없이 {}이어야 합니다)"};
inline constexpr Message kDataNotCovered{"{}: the tensors end at byte {} of the data, which has {} bytes",
                                         "{}: 텐서가 데이터의 {}바이트에서 끝나지만 데이터는 {}바이트입니다"};
inline constexpr Message kBadIndex{"{}: not an index of shards (expected a JSON object with a weight_map)",
                                   "{}: 조각 목록이 아닙니다 (weight_map이 든 JSON이어야 합니다)"};
inline constexpr Message kBadShardName{"{}: tensor {}: \"{}\" is not the name of a file beside the index",
                                       "{}: 텐서 {}: \"{}\"은(는) 목록과 같은 폴더의 파일 이름이 아닙니다"};
inline constexpr Message kTensorNotInShard{"{}: tensor {} is not in {}, where the weight_map puts it",
                                           "{}: 텐서 {}이(가) weight_map이 말하는 {}에 없습니다"};

// llama2.c.
inline constexpr Message kBadLlama2cHeader{"{}: not a llama2.c checkpoint: {} is {} (expected {})",
                                           "{}: llama2.c 체크포인트가 아닙니다: {}이(가) {}입니다 ({}이어야 합니다)"};
inline constexpr Message kLlama2cVersion{
    "{}: llama2.c checkpoint version {} is not supported (expected 1, or none)",
    "{}: llama2.c 체크포인트 버전 {}은(는) 지원하지 않습니다 (1이거나 없어야 합니다)"};
inline constexpr Message kLlama2cSize{"{}: a llama2.c checkpoint of this shape has {} bytes, the file has {}",
                                      "{}: 이 모양의 llama2.c 체크포인트는 {}바이트인데 파일은 {}바이트입니다"};
inline constexpr Message kLlama2cTokenizerEnds{"{}: the file ends at byte {}, inside token {} of {}",
                                               "{}: 파일이 {}바이트에서, 토큰 {}/{} 도중에 끝납니다"};
inline constexpr Message kLlama2cTokenizerRest{
    "{}: {} bytes are left after the {} tokens of the checkpoint; is it the tokenizer of another model?",
    "{}: {}바이트가 체크포인트의 토큰 {}개 뒤에 남습니다. 다른 모델의 토크나이저가 아닌가요?"};

}  // namespace ondol::msg
