// The specialist that ships: commands in, JSON of its schema out, offline.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

const std::string kHome = ONDOL_SOURCE_DIR "/models/ondol-home-ko.gguf";

json action(const std::string& device, const json& room, const std::string& verb, const json& param = nullptr,
            const json& value = nullptr) {
  return {{"device", device}, {"room", room}, {"action", verb}, {"param", param}, {"value", value}};
}

TEST(Home, AnswersCommandsWithJsonAndNothingElse) {
  struct Case {
    std::string text;
    json actions;
  };
  const Case cases[] = {
      {"거실 불 끄고 에어컨 24도로 해줘",
       {action("light", "living_room", "off"), action("aircon", nullptr, "set", "temperature", 24)}},
      {"30분 뒤에 가습기 꺼 줘", {action("humidifier", nullptr, "off", "timer", 30)}},
      {"오늘 점심 뭐 먹지", json::array()},
  };
  for (const Case& c : cases) {
    const Outcome outcome = run_ondol({"run", kHome, c.text, "-q"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(json::parse(outcome.out), json({{"actions", c.actions}})) << c.text;
  }
}

// Most of the hand-written commands; the card tells how many.
TEST(Home, IsRightAboutHandWrittenCommands) {
  const Outcome outcome =
      run_ondol({"eval", kHome, ONDOL_SOURCE_DIR "/tests/home/test.jsonl", "--task", "json", "--json", "-q"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_GE(report.at("accuracy").get<double>(), 0.95) << outcome.out;
  EXPECT_EQ(report.at("valid_json"), report.at("questions")) << outcome.out;
}

}  // namespace
}  // namespace ondol::e2e
