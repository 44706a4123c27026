#include "tune/loss_plot.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace ondol {
namespace {

std::string write(const TestFolder& folder, std::string_view text) {
  return folder.write("run.jsonl", std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

std::string refusal(std::string_view text) {
  const TestFolder folder;
  const auto curve = read_loss_curve(write(folder, text));
  return curve ? "" : curve.error().message;
}

TEST(LossCurve, IsReadFromALog) {
  const TestFolder folder;
  const auto curve = read_loss_curve(write(folder,
                                           "{\"step\":1,\"loss\":4.5,\"learning_rate\":1e-4}\n\n"
                                           "{\"step\":2,\"loss\":4,\"held_out_loss\":4.25}\r\n"
                                           "{\"step\":3,\"loss\":3.5,\"held_out_loss\":null}"));
  ASSERT_TRUE(curve) << curve.error().message;
  EXPECT_EQ(curve->name, "run");
  ASSERT_EQ(curve->train.size(), 3u);
  EXPECT_EQ(curve->train[2].step, 3);
  EXPECT_EQ(curve->train[2].loss, 3.5);
  ASSERT_EQ(curve->held_out.size(), 1u);
  EXPECT_EQ(curve->held_out[0].loss, 4.25);
}

TEST(LossCurve, GoesOnWhereARunWasResumed) {
  const TestFolder folder;
  const auto curve = read_loss_curve(write(folder,
                                           "{\"step\":1,\"loss\":5}\n{\"step\":2,\"loss\":9,\"held_out_loss\":9}\n"
                                           "{\"step\":3,\"loss\":9}\n{\"step\":2,\"loss\":4}\n"));
  ASSERT_TRUE(curve);
  ASSERT_EQ(curve->train.size(), 2u);
  EXPECT_EQ(curve->train[1].loss, 4);
  EXPECT_TRUE(curve->held_out.empty());
}

TEST(LossCurve, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_NE(refusal("{\"step\":1,\"loss\":5}\nloss 4\n").find("run.jsonl:2: "), std::string::npos);
  EXPECT_NE(refusal("{\"step\":1}\n").find("\"loss\""), std::string::npos);
  EXPECT_NE(refusal("{\"step\":1,\"loss\":1e999}\n").find("\"loss\""), std::string::npos);
  EXPECT_NE(refusal("[1]\n").find("run.jsonl:1: "), std::string::npos);
  EXPECT_NE(refusal("\n"), "");
}

TEST(LossPlot, DrawsEveryCurveAndNamesIt) {
  LossCurve first{.name = "a<b"}, second{.name = "둘"};
  for (int step = 0; step < 5000; ++step) first.train.push_back({1.0 * step, 5 - step * 1e-4});
  first.held_out = {{100, 5}, {4000, 4.7}};
  second.train = {{7, 3}};
  const std::string svg = loss_plot_svg(std::vector{first, second});
  EXPECT_TRUE(svg.starts_with("<svg ")) << svg.substr(0, 80);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_NE(svg.find("a&lt;b"), std::string::npos);
  EXPECT_NE(svg.find("둘"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  EXPECT_LT(svg.size(), 100'000u);
}

}  // namespace
}  // namespace ondol
