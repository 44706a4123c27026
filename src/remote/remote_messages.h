// Texts of `ondol-remote`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kRemoteUsage{
    "ondol-remote [--lang en|ko]: asks language models over the network for ondol, which starts it.  Reads requests "
    "from standard input, one JSON object a line, and answers each with a line.  The key comes from ONDOL_API_KEY, or "
    "from the file that ONDOL_API_KEY_FILE names",
    "ondol-remote [--lang en|ko]: ondol이 시작하는 프로그램으로, 네트워크 너머의 언어 모델에 대신 묻습니다. 표준 "
    "입력에서 한 줄에 JSON 객체 하나씩 요청을 읽고 한 줄씩 답합니다. 키는 ONDOL_API_KEY나 ONDOL_API_KEY_FILE이 "
    "가리키는 파일에서 읽습니다"};
inline constexpr Message kRemoteBadRequest{"a request that is not understood: {} is missing or of another type",
                                           "요청을 이해할 수 없습니다: {}이(가) 없거나 다른 종류의 값입니다"};
inline constexpr Message kRemoteNotJson{"a request that is not JSON", "요청이 JSON이 아닙니다"};
inline constexpr Message kRemoteNoClient{"the HTTP client cannot be set up: {}",
                                         "HTTP 클라이언트를 준비할 수 없습니다: {}"};

inline constexpr Message kKeyFileUnreadable{"{}: the key file of ONDOL_API_KEY_FILE cannot be read",
                                            "{}: ONDOL_API_KEY_FILE의 키 파일을 읽을 수 없습니다"};
inline constexpr Message kKeyMalformed{
    "the key of ONDOL_API_KEY or ONDOL_API_KEY_FILE must be one line of printable ASCII, at most {} characters",
    "ONDOL_API_KEY나 ONDOL_API_KEY_FILE의 키는 출력 가능한 ASCII 한 줄, 최대 {}자여야 합니다"};
inline constexpr Message kKeyUnencrypted{
    "{}: the key would be sent unencrypted; use https://, or unset ONDOL_API_KEY and ONDOL_API_KEY_FILE",
    "{}: 키가 암호화되지 않은 채 전송됩니다. https://를 쓰거나 ONDOL_API_KEY와 ONDOL_API_KEY_FILE을 지우세요"};

inline constexpr Message kUrlMalformed{"{}: not an address; expected https://HOST/v1",
                                       "{}: 주소가 아닙니다. https://호스트/v1 꼴이어야 합니다"};
inline constexpr Message kUrlWithPassword{
    "the address holds a name or password; take it out and put the key into ONDOL_API_KEY",
    "주소에 이름이나 암호가 들어 있습니다. 빼고 키를 ONDOL_API_KEY에 넣으세요"};
inline constexpr Message kEndpointUnreachable{"{}: {}", "{}: {}"};
inline constexpr Message kEndpointSlow{"{}: no whole answer within {} s; try again or raise --timeout",
                                       "{}: {}초 안에 답이 다 오지 않았습니다. 다시 하거나 --timeout을 늘리세요"};
inline constexpr Message kEndpointTalksTooMuch{"{}: the answer is longer than {} bytes; is this a chat endpoint?",
                                               "{}: 답이 {}바이트를 넘습니다. 채팅 주소가 맞는지 확인하세요"};
inline constexpr Message kEndpointRedirects{"{}: leads elsewhere ({}), which is not followed; give the final address",
                                            "{}: 다른 곳({})으로 넘기는데 따라가지 않습니다. 최종 주소를 쓰세요"};
inline constexpr Message kEndpointRefuses{"{}: answers with status {}: {}", "{}: 상태 {} 응답이 왔습니다: {}"};
inline constexpr Message kEndpointWantsKey{"{}: answers with status {}: {}; is ONDOL_API_KEY right?",
                                           "{}: 상태 {} 응답이 왔습니다: {}. ONDOL_API_KEY가 맞는지 확인하세요"};
inline constexpr Message kEndpointBusy{
    "{}: answers with status {} and asks to wait {} s, longer than --timeout allows; try again later or raise it",
    "{}: 상태 {} 응답과 함께 {}초 기다리라고 합니다. --timeout보다 깁니다. 나중에 다시 하거나 --timeout을 늘리세요"};
inline constexpr Message kEndpointNotJson{"{}: the answer is not JSON; expected an OpenAI-compatible endpoint",
                                          "{}: 답이 JSON이 아닙니다. OpenAI 호환 주소여야 합니다"};
inline constexpr Message kEndpointNoText{
    "{}: the answer holds no choices[0].message.content; expected an OpenAI-compatible endpoint",
    "{}: 답에 choices[0].message.content가 없습니다. OpenAI 호환 주소여야 합니다"};

}  // namespace ondol::msg
