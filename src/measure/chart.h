// Chart: lines over two axes as a picture: an SVG that any browser shows and that needs no other file.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

// Where an axis from `low` to `high` (low < high) has its ticks: multiples of 1, 2 or 5 times a power of ten, about
// `n_wanted` of them, the first at or below `low` and the last at or above `high`.
struct Ticks {
  double first, step;
  int n;
  int decimals;  // of a label
  double last() const { return first + step * (n - 1); }
};
Ticks choose_ticks(double low, double high, int n_wanted);

// The least and the greatest of what was added.
class Range {
 public:
  void add(double value);
  // Never empty, so that it can be an axis.  Something was added.
  void widen();
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double low_ = 0, high_ = 0;
  bool is_empty_ = true;
};

struct Axis {
  struct Mark {
    double at;
    std::string label;
  };
  double first = 0, last = 1;  // first < last
  std::vector<Mark> marks;
  std::string name;
};
// With marks at round numbers.  `range` is not empty.
Axis linear_axis(const Range& range, int n_wanted, std::string_view name);

struct ChartPoint {
  double x, y;
};

// How a line is drawn.
enum class LineStyle {
  kPale,    // thin, behind others
  kStrong,  // thick
  kDashed,  // thin, with a dot at every point
};

// Colours of lines, told apart by the colour-blind too.
const char* chart_color(size_t line);

// `text` inside XML, control characters made visible.
std::string xml_escaped(std::string_view text);

class Chart {
 public:
  // Words are plain text in the user's language.
  Chart(std::string_view title, Axis x, Axis y);

  // What lies outside the axes is cut off.
  void line(std::span<const ChartPoint> points, LineStyle style, const char* color);
  // A word beside a point.
  void label(ChartPoint point, std::string_view text);
  // The next row of the legend, in the upper right corner.
  void legend(std::string_view name, LineStyle style, const char* color);
  // The whole picture.  The chart is used up.
  std::string take() { return std::move(svg_) + "</svg>\n"; }

 private:
  double x_of(double x) const;
  double y_of(double y) const;
  void grid(double x1, double y1, double x2, double y2);
  void text(double x, double y, const char* anchor, std::string_view words);
  void dot(double x, double y);

  Axis x_, y_;
  int n_legends_ = 0;
  std::string svg_;
};

}  // namespace ondol
