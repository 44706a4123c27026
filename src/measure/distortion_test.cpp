#include "measure/distortion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace ondol {
namespace {

class DistortionOfAllTypes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ThreadPool pool(2);
    all_ = measure_distortion(32, pool);
  }
  static const Distortion& of(const std::string& name) {
    return *std::find_if(all_.begin(), all_.end(), [&](const Distortion& d) { return d.type == name; });
  }
  static inline std::vector<Distortion> all_;
};

// Max 1960: the best eight levels for a Gaussian leave 0.0345 of its variance, the best sixteen 0.0095.  Levels that
// are scaled for every 32 weights do better than those; uniform ones with a scale from the largest weight somewhat
// worse.
TEST_F(DistortionOfAllTypes, AgreesWithKnownQuantisers) {
  EXPECT_NEAR(of("TQ2_0").gaussian, 0.19, 0.005);  // three levels: 0.190
  EXPECT_LT(of("IQ4_NL").gaussian, 0.0095);
  EXPECT_GT(of("Q4_0").gaussian, 0.0050);
  EXPECT_NEAR(of("Q8_0").gaussian, 2.7e-5, 0.5e-5);  // (largest of 32 / 127)^2 / 12, largest about 2.1 to 2.3 sigma
}

TEST_F(DistortionOfAllTypes, NeverFallsBelowShannonsLimit) {
  for (const Distortion& d : all_) EXPECT_GT(d.times_least(), 1) << d.type;
}

// What the issue of these types asks of two bits, and what they are for.
TEST_F(DistortionOfAllTypes, FindsOurTypesBetterThanOthersOfSimilarBits) {
  EXPECT_LE(of("OT2").gaussian, 0.080);
  for (const char* ours : {"OT2", "OT2_5", "OT3", "OT4"}) {
    for (const Distortion& other : all_) {
      if (other.type.starts_with("OT") || std::fabs(other.bits_per_weight - of(ours).bits_per_weight) > 0.35) continue;
      EXPECT_LT(of(ours).times_least(), other.times_least()) << ours << " and " << other.type;
    }
  }
}

}  // namespace
}  // namespace ondol
