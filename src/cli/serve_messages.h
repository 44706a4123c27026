// Texts of `ondol serve`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kServeSummary{
    "serve models to this machine: a page, and the APIs of OpenAI, Ollama and Anthropic",
    "이 컴퓨터에서 모델을 서비스합니다: 웹 페이지와 OpenAI, Ollama, Anthropic API"};
inline constexpr Message kServeModels{
    "model files; the first answers where a request names none, the others are loaded when "
    "asked for",
    "모델 파일. 요청에 모델 이름이 없으면 첫 번째가 답하고, 나머지는 처음 쓸 때 불러옵니다"};
inline constexpr Message kHostOption{
    "address to listen on (default: localhost); any but the loopback's needs an API key",
    "요청을 받을 주소 (기본값: localhost). 이 컴퓨터 밖에서 접속하게 하려면 API 키가 필요합니다"};
inline constexpr Message kPortOption{"port; 0 chooses a free one (default: 8080, or a free one where it is taken)",
                                     "포트. 0이면 빈 포트를 고릅니다 (기본값: 8080, 사용 중이면 빈 포트)"};
inline constexpr Message kApiKeyFileOption{
    "file that holds the API key clients must send; else the environment variable ONDOL_API_KEY, if set",
    "클라이언트가 보내야 할 API 키가 든 파일. 없으면 환경 변수 ONDOL_API_KEY를 씁니다"};
inline constexpr Message kAllowHostOption{"a further host name the server is asked by (repeatable)",
                                          "이 서버를 부를 때 쓸 수 있는 호스트 이름 (여러 번 쓸 수 있음)"};
inline constexpr Message kAllowOriginOption{
    "a page's origin that may use the server, as https://example.com (repeatable)",
    "서버를 쓸 수 있는 페이지의 출처. 예: https://example.com (여러 번 쓸 수 있음)"};
inline constexpr Message kParallelOption{"streams that are answered at once (default: 4)",
                                         "동시에 답하는 스트림 수 (기본값: 4)"};
inline constexpr Message kQueueOption{
    "requests that may wait or be answered before others are sent away (default: 512)",
    "이보다 많은 요청이 밀리면 새 요청을 돌려보냅니다 (기본값: 512)"};
inline constexpr Message kServeContextOption{"context of each stream in tokens (default: the model's, at most 4096)",
                                             "스트림마다 쓸 문맥 길이, 토큰 수 (기본값: 모델의 길이, 최대 4096)"};
inline constexpr Message kServeRamOption{"memory for all loaded models together, as 4G; idle ones make room",
                                         "불러온 모델 전체가 쓸 메모리. 예: 4G. 쉬는 모델을 내려 자리를 만듭니다"};
inline constexpr Message kServePromptCacheOption{"folder that keeps read prompts for later runs",
                                                 "읽은 프롬프트를 다음 실행까지 보관할 폴더"};
inline constexpr Message kServeNoSchemaOption{"do not hold chats to the schema a model file stores",
                                              "모델 파일에 저장된 스키마를 대화에 적용하지 않습니다"};
inline constexpr Message kNeedsApiKey{
    "--host {} can be reached from outside: give an API key with --api-key-file or ONDOL_API_KEY",
    "--host {} 주소는 밖에서 접속할 수 있습니다. --api-key-file이나 ONDOL_API_KEY로 API 키를 정하세요"};
inline constexpr Message kApiKeyEmpty{"{}: holds no key; expected one line of at least 16 characters",
                                      "{}: 키가 없습니다. 16자 이상 한 줄이어야 합니다"};
inline constexpr Message kPortTaken{"port {} is taken, listening on another",
                                    "{}번 포트는 사용 중이라 다른 포트를 엽니다"};
inline constexpr Message kServing{"{}  ({}, {} streams of {} tokens; Ctrl-C ends)",
                                  "{}  ({}, {}개 스트림, 문맥 {}토큰. Ctrl-C로 끝냅니다)"};

}  // namespace ondol::msg
