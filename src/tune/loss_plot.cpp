#include "tune/loss_plot.h"

#include <algorithm>

#include "measure/chart.h"
#include "tune/plot_messages.h"

namespace ondol {
namespace {

constexpr size_t kMostPoints = 800;  // of a line; more than the pixels it spans would not be seen

// Each loss replaced by the mean of its neighbourhood, a fiftieth of the run; near the ends, of as much as lies on both
// sides, so that the line does not trail behind a falling loss.
std::vector<LossPoint> smoothed(const std::vector<LossPoint>& points) {
  std::vector<double> sums = {0};  // of the first losses
  for (const LossPoint& point : points) sums.push_back(sums.back() + point.loss);
  std::vector<LossPoint> out;
  for (size_t i = 0; i < points.size(); ++i) {
    const size_t reach = std::min({points.size() / 100, i, points.size() - 1 - i});
    const double sum = sums[i + reach + 1] - sums[i - reach];
    out.push_back({points[i].step, sum / static_cast<double>(2 * reach + 1)});
  }
  return out;
}

// Of many points the least and greatest loss of each stretch, which look the same.
std::vector<LossPoint> thinned(const std::vector<LossPoint>& points) {
  if (points.size() <= kMostPoints) return points;
  std::vector<LossPoint> out;
  const auto lower = [](const LossPoint& a, const LossPoint& b) { return a.loss < b.loss; };
  const size_t n_stretches = kMostPoints / 2;
  for (size_t i = 0; i < n_stretches; ++i) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(points.size() * i / n_stretches);
    const auto end = points.begin() + static_cast<std::ptrdiff_t>(points.size() * (i + 1) / n_stretches);
    auto [least, greatest] = std::minmax_element(begin, end, lower);
    if (greatest < least) std::swap(least, greatest);
    out.push_back(*least);
    if (least != greatest) out.push_back(*greatest);
  }
  return out;
}

std::vector<ChartPoint> drawn(const std::vector<LossPoint>& points) {
  std::vector<ChartPoint> out;
  for (const LossPoint& point : thinned(points)) out.push_back({point.step, point.loss});
  return out;
}

// One curve as it is drawn.
struct Lines {
  std::vector<ChartPoint> raw, smooth, held_out;
};

}  // namespace

std::string loss_plot_svg(std::span<const LossCurve> curves) {
  std::vector<Lines> all;
  Range steps, losses;
  for (const LossCurve& curve : curves) {
    Lines lines{drawn(curve.train), drawn(smoothed(curve.train)), drawn(curve.held_out)};
    for (const ChartPoint& point : lines.smooth) steps.add(point.x), losses.add(point.y);
    for (const ChartPoint& point : lines.held_out) losses.add(point.y);
    all.push_back(std::move(lines));
  }
  steps.widen();
  losses.widen();
  Chart chart(msg::kPlotTitle.text(), linear_axis(steps, 8, msg::kPlotSteps.text()),
              linear_axis(losses, 6, msg::kPlotLoss.text()));
  for (size_t i = 0; i < all.size(); ++i) {
    chart.line(all[i].raw, LineStyle::kPale, chart_color(i));
    chart.line(all[i].smooth, LineStyle::kStrong, chart_color(i));
    chart.line(all[i].held_out, LineStyle::kDashed, chart_color(i));
  }
  for (size_t i = 0; i < curves.size(); ++i) {
    chart.legend(format_message(msg::kPlotTrain, curves[i].name), LineStyle::kStrong, chart_color(i));
    if (curves[i].held_out.empty()) continue;
    chart.legend(format_message(msg::kPlotHeldOut, curves[i].name), LineStyle::kDashed, chart_color(i));
  }
  return chart.take();
}

}  // namespace ondol
