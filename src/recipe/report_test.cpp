#include "recipe/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "format/gguf_writer.h"
#include "recipe/card.h"

namespace ondol {
namespace {

using nlohmann::json;

StageReport stage(ReportStage kind, int64_t size_bytes, int64_t n_right, std::optional<double> kl) {
  StageReport stage{.stage = kind, .seconds = 3};
  stage.figures.size_bytes = size_bytes;
  stage.figures.bits_per_weight = 4.5;
  stage.figures.vocab_size = 300;
  stage.figures.task = TaskFigures{n_right, 100, static_cast<double>(n_right) / 100, {0.8, 0.95}};
  stage.figures.kl = kl;
  stage.figures.languages = {{FieldLanguage::kKorean, 10, 500, 0.25, kl}, {FieldLanguage::kEnglish, 5, 200, 0.5, kl}};
  return stage;
}

SpecialiseReport example() {
  SpecialiseReport report;
  report.model = "m.gguf";
  report.output = "out/<s>.gguf";
  report.data = {"d.jsonl"};
  report.held_out_share = 0.1;
  report.task = Task::kJson;
  report.n_questions = 100;
  report.budget_bytes = 1'000'000;
  report.original_bytes = 4'000'000;
  report.stages = {stage(ReportStage::kOriginal, 4'000'000, 20, {}), stage(ReportStage::kTuned, 4'000'100, 91, {}),
                   stage(ReportStage::kShrunk, 999'000, 90, 0.004)};
  report.types = {{"OT2", 5, 700'000}};
  report.licences.cards = {{.name = "d"}};
  report.notes = {"a | remark"};
  return report;
}

TEST(Report, SaysInJsonWhatEachStageMeasured) {
  SpecialiseReport report = example();
  const json out = json::parse(report_json(report));
  EXPECT_EQ(out["schema"], "ondol.specialise/1");
  EXPECT_EQ(out["written"], true);
  EXPECT_EQ(out["bytes"], 999'000);
  ASSERT_EQ(out["stages"].size(), 3u);
  EXPECT_EQ(out["stages"][2]["stage"], "shrunk");
  EXPECT_EQ(out["stages"][2]["accuracy"]["right"], 90);
  EXPECT_EQ(out["stages"][2]["languages"][1]["language"], "en");
  EXPECT_EQ(out["stages"][0]["kl"], nullptr);
  EXPECT_EQ(out["licences"]["cards"][0]["licence"], nullptr);
  report.refusal = Error{ErrorKind::kRefused, "too few"};
  EXPECT_EQ(json::parse(report_json(report))["written"], false);
}

TEST(Report, IsAMarkdownTableThatForeignNamesDoNotBreak) {
  const std::string text = report_markdown(example(), "report.svg");
  EXPECT_NE(text.find("| shrunk | 999000 | 4.50 | 300 | 90.0 % (90 of 100) | 80.0–95.0 % | 0.00400 |"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("(report.svg)"), std::string::npos);
  EXPECT_NE(text.find("a \\| remark"), std::string::npos);
  EXPECT_EQ(text.find("# Report: out/<s>"), std::string::npos) << "no tag from a file's name";
}

TEST(Report, DrawsALineForEachLanguage) {
  SpecialiseReport report = example();
  report.other_sizes = {stage(ReportStage::kOtherSize, 2'000'000, 91, 0.001)};
  const std::string picture = report_picture(report);
  EXPECT_NE(picture.find("Korean"), std::string::npos);
  EXPECT_NE(picture.find("English"), std::string::npos);
  EXPECT_NE(picture.find("2 MB"), std::string::npos);
  for (const char* bad : {"nan", "inf"}) EXPECT_EQ(picture.find(bad), std::string::npos) << bad;
  report.stages.resize(1);
  report.other_sizes.clear();
  report.stages[0].figures.languages.clear();
  EXPECT_EQ(report_picture(report).find("nan"), std::string::npos) << "nothing was measured";
}

TEST(Report, LiesBesideTheOutputOrInAFolder) {
  EXPECT_EQ(report_paths("", "a/s.gguf").markdown, "a/s.report.md");
  EXPECT_EQ(report_paths("r", "a/s.gguf").picture, "r/report.svg");
}

TEST(Card, TakesItsPlaceBeforeItsNumbersAreKnown) {
  SpecialiseReport report = example(), before = report;
  before.stages.pop_back();
  Metadata planned, written;
  set_card(planned, before);
  set_card(written, report);
  EXPECT_EQ(gguf_size_bytes(planned, {}), gguf_size_bytes(written, {}));
  EXPECT_EQ(written.get_int("ondol.original_bytes"), 4'000'000);
  EXPECT_EQ((*written.get_floats("ondol.card.accuracy"))[0], 0.2);
  EXPECT_EQ((*written.get_floats("ondol.card.accuracy"))[1], 0.91);
  EXPECT_EQ((*written.get_floats("ondol.card.accuracy"))[2], 0.9);
  EXPECT_FLOAT_EQ(static_cast<float>(*written.get_float("ondol.card.kl")), 0.004F);
  EXPECT_EQ((*written.get_strings("ondol.card.languages"))[0], "ko");
}

}  // namespace
}  // namespace ondol
