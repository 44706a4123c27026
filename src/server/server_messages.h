// Texts of the floor `server`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

// Starting.
inline constexpr Message kNotAnAddress{"--host {}: expected localhost or an IP address",
                                       "--host {}: localhost나 IP 주소여야 합니다"};
inline constexpr Message kCannotListen{
    "cannot listen on {} port {}: {}; choose another with --port, or 0 for a free one",
    "{} 주소의 {}번 포트를 열 수 없습니다: {}. --port로 다른 포트를 고르거나 0으로 빈 "
    "포트를 쓰세요"};

// Of HTTP.
inline constexpr Message kNotHttp{"not a valid HTTP request", "올바른 HTTP 요청이 아닙니다"};
inline constexpr Message kHttpVersion{"HTTP/1.1 or HTTP/1.0 is expected", "HTTP/1.1이나 HTTP/1.0이어야 합니다"};
inline constexpr Message kHeaderTooSlow{"the header of the request took too long", "요청 헤더가 너무 늦게 왔습니다"};
inline constexpr Message kBodyTooSlow{"the body of the request comes too slowly", "요청 본문이 너무 느리게 옵니다"};
inline constexpr Message kRequestHeaderTooLong{"the header of the request is too long", "요청 헤더가 너무 깁니다"};
inline constexpr Message kHeaderLineTooLong{"a header field of the request is too long",
                                            "요청 헤더의 한 항목이 너무 깁니다"};
inline constexpr Message kTooManyHeaderLines{"the request has too many header fields",
                                             "요청 헤더의 항목이 너무 많습니다"};
inline constexpr Message kTargetTooLong{"the address of the request is too long", "요청 주소가 너무 깁니다"};
inline constexpr Message kBodyTooLong{"the body of the request is too long", "요청 본문이 너무 깁니다"};
inline constexpr Message kTooManyBodies{"too many large requests at once; try again in a moment",
                                        "큰 요청이 한꺼번에 너무 많습니다. 잠시 뒤에 다시 보내세요"};
inline constexpr Message kOneHost{"the request must name one host", "요청에 Host가 하나 있어야 합니다"};
inline constexpr Message kForeignHost{
    "this server is not known by that host name; start it with --allow-host to let it in",
    "이 서버가 모르는 호스트 이름입니다. 허용하려면 --allow-host로 시작하세요"};
inline constexpr Message kForeignOrigin{
    "pages from that origin may not use this server; start it with --allow-origin to let them in",
    "그 출처의 페이지는 이 서버를 쓸 수 없습니다. 허용하려면 --allow-origin으로 시작하세요"};
inline constexpr Message kExpectation{"only Expect: 100-continue is understood",
                                      "Expect 헤더는 100-continue만 지원합니다"};
inline constexpr Message kNotSealed{"this server is not sealed; start it with --sealed",
                                    "봉인되지 않은 서버입니다. --sealed로 시작하세요"};
inline constexpr Message kNeedsKey{"a valid API key is needed, as Authorization: Bearer KEY",
                                   "올바른 API 키가 필요합니다. Authorization: Bearer KEY 형식으로 보내세요"};
inline constexpr Message kNoSuchPath{"nothing is served at this address", "이 주소에는 아무것도 없습니다"};
inline constexpr Message kOtherMethod{"this address is asked by {}", "이 주소에는 {} 메서드를 써야 합니다"};
inline constexpr Message kServerFault{"the server failed at this request", "서버가 이 요청을 처리하지 못했습니다"};

// Of JSON bodies.
inline constexpr Message kBodyNotJson{"the body is not valid JSON", "본문이 올바른 JSON이 아닙니다"};
inline constexpr Message kBodyNotAnObject{"the body is not a JSON object", "본문이 JSON 객체가 아닙니다"};
inline constexpr Message kBodyNotAList{"the body is not a JSON list", "본문이 JSON 목록이 아닙니다"};
inline constexpr Message kBodyTooDeep{"the body has more than {} lists and objects inside one another",
                                      "본문의 목록과 객체가 {}겹을 넘습니다"};
inline constexpr Message kBodyTooManyValues{"the body has more than {} values, or too many keys in one object",
                                            "본문의 값이 {}개를 넘거나 한 객체에 키가 너무 많습니다"};
inline constexpr Message kJsonKeyTwice{"the body has a key twice in one object",
                                       "본문의 한 객체에 같은 키가 두 번 있습니다"};
inline constexpr Message kFieldKind{"{}: expected {}", "{}: {} 값이어야 합니다"};
inline constexpr Message kFieldRange{"{}: expected a value from {} to {}", "{}: {}에서 {} 사이의 값이어야 합니다"};
inline constexpr Message kFieldChoice{"{}: expected one of {}", "{}: 다음 중 하나여야 합니다: {}"};
inline constexpr Message kFieldTooMany{"{}: has {} elements, at most {} are possible",
                                       "{}: 원소가 {}개입니다. 최대 {}개까지 가능합니다"};
inline constexpr Message kFieldTooLong{"{}: has {} bytes, at most {} are possible",
                                       "{}: {}바이트입니다. 최대 {}바이트까지 가능합니다"};
inline constexpr Message kFieldMissing{"{}: is missing", "{}: 빠져 있습니다"};
inline constexpr Message kFieldUnknown{"{}: this parameter is not known, and nothing is ignored silently",
                                       "{}: 모르는 매개변수입니다. 말없이 무시하지 않습니다"};
inline constexpr Message kFieldUnsupported{"{}: this parameter is not supported with that value",
                                           "{}: 이 값은 지원하지 않는 매개변수입니다"};
inline constexpr Message kFieldNeeds{"{}: has no effect without {}", "{}: {} 없이는 효과가 없습니다"};
inline constexpr Message kFieldExcludes{"{} and {} cannot be given together", "{}와(과) {}은(는) 함께 쓸 수 없습니다"};

// Of models.
inline constexpr Message kNoSuchModel{"model '{}' not found; GET /v1/models lists those that are served",
                                      "{} 모델은 여기에 없습니다. GET /v1/models로 목록을 볼 수 있습니다"};
inline constexpr Message kModelNotLoaded{"the model {} could not be loaded", "{} 모델을 불러올 수 없습니다"};
inline constexpr Message kModelTooLarge{
    "the model {} needs {} bytes beside those in use, and --ram leaves {}; try again when others are idle",
    "{} 모델에는 {}바이트가 더 필요한데 --ram으로 남은 것은 {}바이트입니다. 다른 모델이 쉴 때 다시 시도하세요"};
inline constexpr Message kModelBeyondRam{
    "the model {} needs {} bytes and --ram gives {}; raise it, or lower --parallel or --ctx-size",
    "{} 모델에는 {}바이트가 필요한데 --ram은 {}바이트입니다. --ram을 늘리거나 --parallel이나 --ctx-size를 줄이세요"};
inline constexpr Message kServedWithoutTokenizer{"{}: has no tokenizer, so it cannot be served",
                                                 "{}: 토크나이저가 없어서 서비스할 수 없습니다"};
inline constexpr Message kModelTwice{"two models would have the name {}; rename one of the files",
                                     "이름이 {}인 모델이 둘입니다. 파일 하나의 이름을 바꾸세요"};
inline constexpr Message kModelHasNoChat{
    "this model has no chat template; use /v1/completions, or start the server with --chat-template",
    "이 모델에는 대화 템플릿이 없습니다. /v1/completions를 쓰거나 서버를 --chat-template로 시작하세요"};
inline constexpr Message kModelHasNoTools{"tools: this model's chat template knows no tools",
                                          "tools: 이 모델의 대화 템플릿은 도구를 모릅니다"};
inline constexpr Message kCallsCannotBeForced{"tool_choice: calls of this model cannot be forced, only \"auto\" works",
                                              "tool_choice: 이 모델에는 도구 호출을 강제할 수 없습니다. \"auto\"만 "
                                              "가능합니다"};
inline constexpr Message kNoPrefill{
    "messages: the last one is the assistant's, and an answer begun by a client cannot be continued; end with the "
    "user's",
    "messages: 마지막이 어시스턴트의 메시지인데, 클라이언트가 시작한 답을 이어 쓸 수는 없습니다. 사용자의 메시지로 "
    "끝내세요"};
inline constexpr Message kNoSuchTool{"tool_choice: {} is not among the tools",
                                     "tool_choice: 도구 목록에 {}이(가) 없습니다"};
inline constexpr Message kPromptTooLong{
    "the prompt has {} tokens and the context {}; shorten it, or start the server with a larger --ctx-size",
    "입력이 {}토큰인데 문맥은 {}토큰입니다. 입력을 줄이거나 서버를 더 큰 --ctx-size로 시작하세요"};
inline constexpr Message kNoSuchAdapter{"lora: there is no adapter {}; the model has {}, counted from 0",
                                        "lora: {}번 어댑터가 없습니다. 이 모델의 어댑터는 {}개이고 0부터 셉니다"};
inline constexpr Message kDimensions{"dimensions: this model's vectors have {}",
                                     "dimensions: 이 모델의 벡터는 {}차원입니다"};
inline constexpr Message kEmptyInput{"input: a text is empty", "input: 빈 글이 있습니다"};
inline constexpr Message kModelOnlyEmbeds{"this model gives embeddings only; use /v1/embeddings",
                                          "임베딩만 만드는 모델입니다. /v1/embeddings를 쓰세요"};
inline constexpr Message kContextTooShort{
    "num_ctx: {} tokens are wanted and the context has {}; start the server with a larger --ctx-size",
    "num_ctx: {}토큰을 요청했는데 문맥은 {}토큰입니다. 서버를 더 큰 --ctx-size로 시작하세요"};
inline constexpr Message kServerBusy{"{} requests are waiting already; try again soon",
                                     "이미 요청 {}개가 기다리고 있습니다. 잠시 뒤 다시 시도하세요"};
inline constexpr Message kStopping{"the server is stopping", "서버를 끝내는 중입니다"};

}  // namespace ondol::msg
