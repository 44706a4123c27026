#include "measure/chart.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(Chart, PutsTicksAtRoundNumbers) {
  const Ticks losses = choose_ticks(2.31, 4.9, 6);
  EXPECT_DOUBLE_EQ(losses.first, 2);
  EXPECT_DOUBLE_EQ(losses.step, 0.5);
  EXPECT_DOUBLE_EQ(losses.last(), 5);
  EXPECT_EQ(losses.decimals, 1);
  const Ticks steps = choose_ticks(1, 1264, 8);
  EXPECT_DOUBLE_EQ(steps.step, 200);
  EXPECT_DOUBLE_EQ(steps.last(), 1400);
  EXPECT_EQ(steps.decimals, 0);
  EXPECT_EQ(choose_ticks(0.010, 0.012, 4).decimals, 4);
}

TEST(Chart, EscapesForeignWords) {
  Range range;
  range.add(1);
  range.widen();
  Chart chart("a<b", linear_axis(range, 4, "x & y"), linear_axis(range, 4, "y"));
  const ChartPoint point{1, 1};
  chart.line({&point, 1}, LineStyle::kDashed, chart_color(0));
  chart.label(point, "</svg>");
  chart.legend("\"q\"", LineStyle::kStrong, chart_color(7));
  const std::string svg = chart.take();
  for (const char* expected : {"a&lt;b", "x &amp; y", "&lt;/svg&gt;", "&quot;q&quot;"}) {
    EXPECT_NE(svg.find(expected), std::string::npos) << expected;
  }
}

}  // namespace
}  // namespace ondol
