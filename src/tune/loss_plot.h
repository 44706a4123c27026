// Loss curves as a picture: an SVG that any browser shows and that needs no other file.
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

// Where an axis from `low` to `high` (low < high) has its ticks: multiples of 1, 2 or 5 times a power of ten, about
// `n_wanted` of them, the first at or below `low` and the last at or above `high`.
struct Ticks {
  double first, step;
  int n;
  int decimals;  // of a label
  double last() const { return first + step * (n - 1); }
};
Ticks choose_ticks(double low, double high, int n_wanted);

}  // namespace ondol
