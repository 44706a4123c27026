#include "server/ollama/keep_alive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace ondol {
namespace {

TEST(KeepAlive, ReadsDurations) {
  const struct {
    const char* text;
    double seconds;
  } cases[] = {{"5m", 300},
               {"1h30m", 5400},
               {"1.5s", 1.5},
               {"300ms", 0.3},
               {".5h", 1800},
               {"2m0.25s", 120.25},
               {"0", 0},
               {"0s", 0},
               {"90", 90},
               {"+7s", 7},
               {"1us", 1e-6},
               {"1µs", 1e-6},
               {"1000ns", 1e-6},
               {"-1", kKeptForGood},
               {"-1m", kKeptForGood},
               {"400000h", kKeptForGood},
               {"1.h", 3600}};
  for (const auto& [text, seconds] : cases) {
    const auto read = read_duration(text);
    ASSERT_TRUE(read) << text;
    EXPECT_TRUE(*read == seconds || std::abs(*read - seconds) < 1e-9) << text << ": " << *read;
  }
  EXPECT_EQ(read_duration("99999999999999999999999999h"), kKeptForGood);
}

TEST(KeepAlive, RefusesWhatIsNoDuration) {
  for (const char* text :
       {"", "-", "m", "5 m", "5m ", "5x", "5m3", "1..5s", ".", "1e3", "1e3s", "--1", "0x5", "inf", "nan", "five"}) {
    EXPECT_FALSE(read_duration(text)) << text;
  }
}

TEST(KeepAlive, IsANumberOrAText) {
  const auto keep_of = [](const char* value, bool* failed) {
    const Json body = {{"keep_alive", Json::parse(value)}};
    Fields fields(body);
    const auto keep = read_keep_alive(fields);
    *failed = fields.failed();
    return keep;
  };
  bool failed = false;
  const std::pair<const char*, double> cases[] = {{"0", 0}, {"-1", kKeptForGood}, {"2.5", 2.5}, {"\"10m\"", 600}};
  for (const auto& [value, seconds] : cases) {
    EXPECT_EQ(keep_of(value, &failed), std::optional(seconds)) << value;
    EXPECT_FALSE(failed);
  }
  EXPECT_EQ(keep_of("null", &failed), std::nullopt);
  EXPECT_FALSE(failed);
  for (const char* value : {"true", "[]", "{}", "\"soon\""}) {
    EXPECT_EQ(keep_of(value, &failed), std::nullopt);
    EXPECT_TRUE(failed) << value;
  }
}

}  // namespace
}  // namespace ondol
