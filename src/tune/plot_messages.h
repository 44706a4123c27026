// Texts of training logs and of the picture made of them.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kPlotSummary{"draw training logs as a picture (SVG)", "학습 기록을 그림(SVG)으로 그립니다"};
inline constexpr Message kPlotLogs{"logs that ondol tune --log wrote; several are drawn in one picture",
                                   "ondol tune --log로 쓴 기록. 여럿이면 한 그림에 그립니다"};
inline constexpr Message kPlotOutput{"the picture to write", "쓸 그림 파일"};
inline constexpr Message kPlotWritten{"{}: {} curves", "{}: 곡선 {}개"};
inline constexpr Message kLogNumber{"\"{}\" is missing or no number; expected a line that ondol tune --log wrote",
                                    "\"{}\" 값이 없거나 숫자가 아닙니다. ondol tune --log로 쓴 줄이어야 합니다"};
inline constexpr Message kEmptyLog{"{}: the log holds no step; expected lines that ondol tune --log wrote",
                                   "{}: 기록에 단계가 없습니다. ondol tune --log로 쓴 기록이어야 합니다"};
inline constexpr Message kPlotTitle{"Training loss", "학습 손실"};
inline constexpr Message kPlotSteps{"step", "단계"};
inline constexpr Message kPlotLoss{"loss (nats per token)", "손실(토큰당 nat)"};
inline constexpr Message kPlotTrain{"{}, training (smoothed)", "{}, 학습(평활)"};
inline constexpr Message kPlotHeldOut{"{}, held out", "{}, 평가"};

}  // namespace ondol::msg
