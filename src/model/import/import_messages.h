// Texts of model/import.  The first {} is always the file or folder.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kJsonTooLarge{"{}: is {} bytes long, expected at most {}",
                                       "{}: 크기가 {}바이트입니다. {}바이트 이하여야 합니다"};
inline constexpr Message kNotAJsonObject{"{}: not a JSON object", "{}: JSON 객체가 아닙니다"};
inline constexpr Message kConfigMissing{"{}: \"{}\" is missing", "{}: \"{}\" 항목이 없습니다"};
inline constexpr Message kConfigBadValue{"{}: \"{}\" is {}, expected {}", "{}: \"{}\" 값이 {}입니다. {}이어야 합니다"};
inline constexpr Message kConfigUnsupported{"{}: \"{}\" is {}, which this build cannot import; it knows {}",
                                            "{}: \"{}\" 값이 {}인 모델은 아직 가져올 수 없습니다. 지원하는 값: {}"};
inline constexpr Message kAnInteger{"an integer from {} to {}", "{}에서 {} 사이의 정수"};
inline constexpr Message kANumber{"a number from {} to {}", "{}에서 {} 사이의 수"};
inline constexpr Message kABoolean{"true or false", "true 또는 false"};
inline constexpr Message kAText{"a text", "문자열"};
inline constexpr Message kAListOfNumbers{"a list of {} numbers", "숫자 {}개의 목록"};
inline constexpr Message kAListOfLayers{"a list of layers below {}", "{} 미만인 층 번호의 목록"};
inline constexpr Message kLayerTypes{"a list of {} times \"sliding_attention\" or \"full_attention\"",
                                     "\"sliding_attention\"이나 \"full_attention\" {}개의 목록"};
inline constexpr Message kWindowLetters{"a number or the letters L and G", "숫자 또는 글자 L과 G"};
inline constexpr Message kAnObject{"an object", "객체"};
inline constexpr Message kAListOfModules{"a list of modules", "모듈 목록"};
inline constexpr Message kAListOfOneName{"a list of one name", "이름 하나가 든 목록"};
inline constexpr Message kHeadsDoNotFitHidden{
    "{}: hidden_size {} is not a multiple of num_attention_heads {}, and head_dim is not given",
    "{}: hidden_size {}이(가) num_attention_heads {}의 배수가 아니고 head_dim도 없습니다"};
inline constexpr Message kConfigDisagrees{"{}: tensor {}: has shape {}, but config.json says {}",
                                          "{}: {} 텐서의 모양이 {}인데 config.json대로라면 {}이어야 합니다"};
inline constexpr Message kCannotRearrange{"{}: tensor {}: has type {} and shape {}, which cannot become {}",
                                          "{}: {} 텐서의 형식 {}, 모양 {}(으)로는 {}을(를) 만들 수 없습니다"};
inline constexpr Message kNoConfig{"{}: holds no config.json; expected the folder of a Hugging Face model",
                                   "{}: config.json이 없습니다. Hugging Face 모델 폴더여야 합니다"};
inline constexpr Message kGiveTheFolder{
    "{}: a safetensors file alone does not describe a model; give its folder, with config.json in it",
    "{}: safetensors 파일만으로는 모델을 알 수 없습니다. config.json이 든 폴더를 주세요"};
inline constexpr Message kNeedsTokenizer{
    "{}: neither a GGUF file nor a folder; if it is a llama2.c checkpoint, give its tokenizer with --tokenizer",
    "{}: GGUF 파일도 폴더도 아닙니다. llama2.c 체크포인트라면 --tokenizer로 토크나이저를 함께 주세요"};
inline constexpr Message kNoTokenizerThere{"{}: holds no tokenizer.json, tokenizer.model or vocab.txt",
                                           "{}: tokenizer.json, tokenizer.model, vocab.txt가 모두 없습니다"};
inline constexpr Message kBadAddedToken{"{}: added token {}: expected a text, and an id near those of the vocabulary",
                                        "{}: 추가 토큰 {}: 문자열과, 어휘에 이어지는 번호여야 합니다"};
inline constexpr Message kUnknownModule{
    "{}: step \"{}\" between the model and its vectors is not supported; expected Transformer, Pooling, Normalize",
    "{}: 모델과 벡터 사이의 \"{}\" 단계는 지원하지 않습니다. Transformer, Pooling, Normalize여야 합니다"};
inline constexpr Message kUnknownPooling{"{}: pooling {} is not supported; expected one of mean, cls and last token",
                                         "{}: {} 풀링은 지원하지 않습니다. 평균, cls, 마지막 토큰 중 하나여야 합니다"};
inline constexpr Message kTokenizerUnused{"{}: already says which tokenizer it uses; leave out --tokenizer",
                                          "{}: 쓰는 토크나이저가 이미 정해져 있습니다. --tokenizer를 빼세요"};

}  // namespace ondol::msg
