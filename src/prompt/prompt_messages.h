// Texts of the floor `prompt`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kUnknownChatTemplate{
    "the model's chat template is of no kind this version knows; choose one with --chat-template ({}) or use --raw",
    "모델에 든 대화 템플릿을 이 버전에서는 해석하지 못합니다. --chat-template으로 고르거나({}) --raw를 쓰세요"};

}  // namespace ondol::msg
