#include "measure/device.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(Device, ReadsBackWhatItWrites) {
  const Device phone{.name = "a phone",
                     .ram_bytes = 600'000'000,
                     .n_cores = 4,
                     .isa = "dotprod",
                     .limits = {.read_gb_s = 12.5, .int8_gop_s = 300, .f32_gflop_s = 60}};
  const auto read = parse_device("phone.json", device_json(phone));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->name, "a phone");
  EXPECT_EQ(read->ram_bytes, 600'000'000);
  EXPECT_EQ(read->n_cores, 4);
  EXPECT_EQ(read->isa, "dotprod");
  EXPECT_EQ(read->limits.read_gb_s, 12.5);
  EXPECT_EQ(read->limits.int8_gop_s, 300);
  EXPECT_EQ(read->limits.f32_gflop_s, 60);
}

TEST(Device, RefusesWhatIsNoDevice) {
  for (const char* json : {
           "",
           "[]",
           "{",
           R"({"cores": 4, "read_gb_s": 12})",
           R"({"ram_bytes": 0, "cores": 4, "read_gb_s": 12})",
           R"({"ram_bytes": -5, "cores": 4, "read_gb_s": 12})",
           R"({"ram_bytes": "600M", "cores": 4, "read_gb_s": 12})",
           R"({"ram_bytes": 6e8, "cores": 1.5, "read_gb_s": 12})",
           R"({"ram_bytes": 6e8, "cores": 4000, "read_gb_s": 12})",
           R"({"ram_bytes": 6e8, "cores": 4, "read_gb_s": 1e999})",
           R"({"ram_bytes": 6e8, "cores": 4, "read_gb_s": 12, "ram": 5})",
           R"({"ram_bytes": 6e8, "cores": 4, "read_gb_s": 12, "isa": "sse9"})",
           R"({"ram_bytes": 6e8, "cores": 4, "read_gb_s": 12, "name": 7})",
       }) {
    const auto read = parse_device("phone.json", json);
    ASSERT_FALSE(read) << json;
    EXPECT_EQ(read.error().kind, ErrorKind::kBadInput);
    EXPECT_EQ(read.error().message.rfind("phone.json: ", 0), 0u) << read.error().message;
  }
}

}  // namespace
}  // namespace ondol
