// Texts of the floor `prompt`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kUnknownChatTemplate{
    "the model's chat template is of no kind this version knows; choose one with --chat-template ({}) or use --raw",
    "모델에 든 대화 템플릿을 이 버전에서는 해석하지 못합니다. --chat-template으로 고르거나({}) --raw를 쓰세요"};

// Tools
inline constexpr Message kToolsNotAList{
    "tools: expected a JSON list of {{\"type\": \"function\", \"function\": …}}",
    "도구: {{\"type\": \"function\", \"function\": …}}로 된 JSON 목록이어야 합니다"};
inline constexpr Message kToolWithoutName{"tools: entry {} has no function name",
                                          "도구: {}번째 항목에 함수 이름이 없습니다"};
inline constexpr Message kToolParametersNotASchema{"tools: the parameters of {} are not a JSON Schema object",
                                                   "도구: {}의 parameters가 JSON Schema 객체가 아닙니다"};

}  // namespace ondol::msg
