// Loss curves as a picture (measure/chart.h).
//
// The loss of each step is a thin pale line; over it its running mean; the held-out loss is a line of points.  The
// picture is as high as the running means, so that single steps may be cut off.
#pragma once

#include <span>
#include <string>

#include "tune/loss_curve.h"

namespace ondol {

// `curves` is not empty and each has a point.  Words are in the user's language.
std::string loss_plot_svg(std::span<const LossCurve> curves);

}  // namespace ondol
