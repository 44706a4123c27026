#include "measure/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.h"

namespace ondol {
namespace {

constexpr double kWidth = 860, kHeight = 480;
constexpr double kLeft = 68, kRight = 836, kTop = 52, kBottom = 424;
constexpr double kLegendRow = 20;
// Source: Okabe and Ito 2008, "Color Universal Design".
constexpr const char* kColors[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

const char* attributes_of(LineStyle style) {
  switch (style) {
    case LineStyle::kPale:
      return "stroke-width=\"1\" opacity=\"0.25\"";
    case LineStyle::kStrong:
      return "stroke-width=\"2\"";
    case LineStyle::kDashed:
      break;
  }
  return "stroke-width=\"1.2\" stroke-dasharray=\"4 3\"";
}

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

void Range::add(double value) {
  low_ = is_empty_ ? value : std::min(low_, value);
  high_ = is_empty_ ? value : std::max(high_, value);
  is_empty_ = false;
}

void Range::widen() {
  if (high_ - low_ > 1e-9 * std::max(std::abs(low_), std::abs(high_))) return;
  const double margin = std::max(0.5, 0.01 * std::abs(high_));
  low_ -= margin;
  high_ += margin;
}

Axis linear_axis(const Range& range, int n_wanted, std::string_view name) {
  const Ticks ticks = choose_ticks(range.low(), range.high(), n_wanted);
  Axis axis{.first = ticks.first, .last = ticks.last(), .marks = {}, .name = std::string(name)};
  for (int i = 0; i < ticks.n; ++i) {
    const double at = ticks.first + i * ticks.step;
    axis.marks.push_back({at, fmt::format("{:.{}f}", at, ticks.decimals)});
  }
  return axis;
}

const char* chart_color(size_t line) { return kColors[line % std::size(kColors)]; }

std::string xml_escaped(std::string_view text) {
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

Chart::Chart(std::string_view title, Axis x, Axis y) : x_(std::move(x)), y_(std::move(y)) {
  svg_ = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"'Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic',sans-serif\" "
      "font-size=\"13\" fill=\"#333\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<clipPath id=\"area\"><rect x=\"{2}\" y=\"{3}\" width=\"{4}\" height=\"{5}\"/></clipPath>\n",
      kWidth, kHeight, kLeft, kTop, kRight - kLeft, kBottom - kTop);
  for (const Axis::Mark& mark : y_.marks) {
    const double at = y_of(mark.at);
    grid(kLeft, at, kRight, at);
    text(kLeft - 8, at + 4.5, "end", mark.label);
  }
  for (const Axis::Mark& mark : x_.marks) {
    const double at = x_of(mark.at);
    grid(at, kTop, at, kBottom);
    text(at, kBottom + 20, "middle", mark.label);
  }
  svg_ += fmt::format("<path d=\"M{0} {1}V{2}H{3}\" fill=\"none\" stroke=\"#666\"/>\n", kLeft, kTop, kBottom, kRight);
  text((kLeft + kRight) / 2, kHeight - 14, "middle", x_.name);
  svg_ += fmt::format("<text transform=\"translate(18 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                      (kTop + kBottom) / 2, xml_escaped(y_.name));
  svg_ += fmt::format("<text x=\"{}\" y=\"30\" font-size=\"17\" font-weight=\"600\">{}</text>\n", kLeft,
                      xml_escaped(title));
}

void Chart::line(std::span<const ChartPoint> points, LineStyle style, const char* color) {
  svg_ += fmt::format("<g clip-path=\"url(#area)\" fill=\"none\" stroke=\"{}\" stroke-linejoin=\"round\">\n", color);
  if (points.size() >= 2) {
    svg_ += "<path d=\"";
    for (size_t i = 0; i < points.size(); ++i) {
      svg_ += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", x_of(points[i].x), y_of(points[i].y));
    }
    svg_ += fmt::format("\" {}/>\n", attributes_of(style));
  }
  if (style == LineStyle::kDashed) {
    for (const ChartPoint& point : points) dot(x_of(point.x), y_of(point.y));
  }
  svg_ += "</g>\n";
}

void Chart::label(ChartPoint point, std::string_view words) { text(x_of(point.x), y_of(point.y) - 8, "middle", words); }

void Chart::legend(std::string_view name, LineStyle style, const char* color) {
  const double y = kTop + 16 + n_legends_++ * kLegendRow, x = kRight - 10;
  svg_ +=
      fmt::format("<g stroke=\"{}\" fill=\"none\"><path d=\"M{} {}h26\" {}/>", color, x - 26, y, attributes_of(style));
  if (style == LineStyle::kDashed) dot(x - 13, y);
  svg_ += "</g>\n";
  text(x - 34, y + 4.5, "end", name);
}

double Chart::x_of(double x) const { return kLeft + (kRight - kLeft) * (x - x_.first) / (x_.last - x_.first); }
double Chart::y_of(double y) const { return kBottom - (kBottom - kTop) * (y - y_.first) / (y_.last - y_.first); }

void Chart::grid(double x1, double y1, double x2, double y2) {
  svg_ += fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"#e4e4e4\"/>\n", x1, y1, x2, y2);
}

void Chart::text(double x, double y, const char* anchor, std::string_view words) {
  svg_ +=
      fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, xml_escaped(words));
}

void Chart::dot(double x, double y) {
  svg_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\" fill=\"#fff\" stroke-width=\"1.6\"/>", x, y);
}

}  // namespace ondol
