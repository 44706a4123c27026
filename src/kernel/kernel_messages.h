// Texts of the floor `kernel`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kUnknownIsa{"ONDOL_ISA={}: this machine runs {}; unset it or choose one of these",
                                     "ONDOL_ISA={}: 이 기기에서 쓸 수 있는 것은 {}입니다. 지우거나 이 가운데 하나를 고르세요"};

}  // namespace ondol::msg
