#include "tune/loss_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "tune/plot_messages.h"

namespace ondol {
namespace {

constexpr double kWidth = 860, kHeight = 480;
constexpr double kLeft = 68, kRight = 836, kTop = 52, kBottom = 424;
constexpr double kLegendRow = 20;
constexpr size_t kMostPoints = 800;  // of a line; more than the pixels it spans would not be seen
// Told apart by the colour-blind too.  Source: Okabe and Ito 2008, "Color Universal Design".
constexpr const char* kColors[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

const char* color_of(size_t curve) { return kColors[curve % std::size(kColors)]; }

// Foreign text inside XML.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

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

// One curve as it is drawn.
struct Lines {
  std::vector<LossPoint> raw, smooth, held_out;
};

class Picture {
 public:
  Picture(const Ticks& steps, const Ticks& losses) : steps_(steps), losses_(losses) {
    svg_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        "font-family=\"'Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic',sans-serif\" "
        "font-size=\"13\" fill=\"#333\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        "<clipPath id=\"area\"><rect x=\"{2}\" y=\"{3}\" width=\"{4}\" height=\"{5}\"/></clipPath>\n",
        kWidth, kHeight, kLeft, kTop, kRight - kLeft, kBottom - kTop);
  }

  void axes() {
    for (int i = 0; i < losses_.n; ++i) {
      const double loss = losses_.first + i * losses_.step, y = y_of(loss);
      line(kLeft, y, kRight, y);
      text(kLeft - 8, y + 4.5, "end", fmt::format("{:.{}f}", loss, losses_.decimals));
    }
    for (int i = 0; i < steps_.n; ++i) {
      const double step = steps_.first + i * steps_.step, x = x_of(step);
      line(x, kTop, x, kBottom);
      text(x, kBottom + 20, "middle", fmt::format("{:.{}f}", step, steps_.decimals));
    }
    svg_ += fmt::format("<path d=\"M{0} {1}V{2}H{3}\" fill=\"none\" stroke=\"#666\"/>\n", kLeft, kTop, kBottom, kRight);
    text((kLeft + kRight) / 2, kHeight - 14, "middle", msg::kPlotSteps.text());
    svg_ += fmt::format("<text transform=\"translate(18 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                        (kTop + kBottom) / 2, msg::kPlotLoss.text());
    svg_ += fmt::format("<text x=\"{}\" y=\"30\" font-size=\"17\" font-weight=\"600\">{}</text>\n", kLeft,
                        msg::kPlotTitle.text());
  }

  void curve(const Lines& lines, const char* color) {
    svg_ += fmt::format("<g clip-path=\"url(#area)\" fill=\"none\" stroke=\"{}\" stroke-linejoin=\"round\">\n", color);
    path(lines.raw, "stroke-width=\"1\" opacity=\"0.25\"");
    path(lines.smooth, "stroke-width=\"2\"");
    path(lines.held_out, "stroke-width=\"1.2\" stroke-dasharray=\"4 3\"");
    for (const LossPoint& point : lines.held_out) dot(x_of(point.step), y_of(point.loss));
    svg_ += "</g>\n";
  }

  // Row `row` of the legend, in the upper right corner, where falling curves leave room.
  void legend(int row, const std::string& name, const char* color, bool is_held_out) {
    const double y = kTop + 16 + row * kLegendRow, x = kRight - 10;
    svg_ += fmt::format("<g stroke=\"{}\" fill=\"none\"><path d=\"M{} {}h26\" {}/>", color, x - 26, y,
                        is_held_out ? "stroke-width=\"1.2\" stroke-dasharray=\"4 3\"" : "stroke-width=\"2\"");
    if (is_held_out) dot(x - 13, y);
    svg_ += "</g>\n";
    text(x - 34, y + 4.5, "end", name);
  }

  std::string take() { return std::move(svg_) + "</svg>\n"; }

 private:
  double x_of(double step) const {
    return kLeft + (kRight - kLeft) * (step - steps_.first) / (steps_.last() - steps_.first);
  }
  double y_of(double loss) const {
    return kBottom - (kBottom - kTop) * (loss - losses_.first) / (losses_.last() - losses_.first);
  }
  void line(double x1, double y1, double x2, double y2) {
    svg_ += fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"#e4e4e4\"/>\n", x1, y1, x2, y2);
  }
  void text(double x, double y, const char* anchor, std::string_view words) {
    svg_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, words);
  }
  void dot(double x, double y) {
    svg_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\" fill=\"#fff\" stroke-width=\"1.6\"/>", x, y);
  }
  void path(const std::vector<LossPoint>& points, const char* style) {
    if (points.size() < 2) return;
    svg_ += "<path d=\"";
    for (size_t i = 0; i < points.size(); ++i) {
      svg_ += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", x_of(points[i].step), y_of(points[i].loss));
    }
    svg_ += fmt::format("\" {}/>\n", style);
  }

  Ticks steps_, losses_;
  std::string svg_;
};

struct Range {
  double low = HUGE_VAL, high = -HUGE_VAL;
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // Never empty, so that it can be an axis.
  void widen() {
    if (high - low > 1e-9 * std::max(std::abs(low), std::abs(high))) return;
    const double margin = std::max(0.5, 0.01 * std::abs(high));
    low -= margin;
    high += margin;
  }
};

}  // namespace

Ticks choose_ticks(double low, double high, int n_wanted) {
  const double rough = (high - low) / n_wanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digit = rough / power;
  const double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  const double first = std::floor(low / step) * step;
  const int n = static_cast<int>(std::ceil((high - first) / step - 1e-9)) + 1;
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  return {first, step, n, decimals};
}

std::string loss_plot_svg(std::span<const LossCurve> curves) {
  std::vector<Lines> all;
  Range steps, losses;
  for (const LossCurve& curve : curves) {
    Lines lines{thinned(curve.train), thinned(smoothed(curve.train)), thinned(curve.held_out)};
    for (const LossPoint& point : lines.smooth) steps.add(point.step), losses.add(point.loss);
    for (const LossPoint& point : lines.held_out) losses.add(point.loss);
    all.push_back(std::move(lines));
  }
  steps.widen();
  losses.widen();
  Picture picture(choose_ticks(steps.low, steps.high, 8), choose_ticks(losses.low, losses.high, 6));
  picture.axes();
  for (size_t i = 0; i < all.size(); ++i) picture.curve(all[i], color_of(i));
  int row = 0;
  for (size_t i = 0; i < curves.size(); ++i) {
    const std::string name = escaped(curves[i].name);
    picture.legend(row++, format_message(msg::kPlotTrain, name), color_of(i), false);
    if (!curves[i].held_out.empty()) {
      picture.legend(row++, format_message(msg::kPlotHeldOut, name), color_of(i), true);
    }
  }
  return picture.take();
}

}  // namespace ondol
