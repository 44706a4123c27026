// Encoding against the reference's error (tests/golden/quant/encode_mse.tsv, tools/reference/quant_goldens.py) and
// against weights no model should have.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>

#include "tensor/test_blocks.h"

namespace ondol {
namespace {

constexpr size_t kRows = 16, kCols = 1024;

double uniform(uint64_t seed, size_t i) { return static_cast<double>(random_u64(seed, i) >> 40) * 0x1p-24; }

// The sum of twelve uniform numbers less their mean.
double gaussian(uint64_t seed, size_t i) {
  uint64_t total = 0;
  for (size_t k = 0; k < 3; ++k) {
    for (int shift = 0; shift < 64; shift += 16) total += random_u64(seed, 3 * i + k) >> shift & 0xffff;
  }
  return (static_cast<double>(total) - 12 * 32767.5) / 65536.0;
}

// Must make the same bits as weights_of() of the script.
std::vector<float> weights_of(const std::string& name) {
  static const std::string kCases[] = {"gaussian",     "heavy_tailed", "outliers", "positive",
                                       "mixed_scales", "constant",     "zero"};
  const uint64_t seed = static_cast<uint64_t>(std::find(kCases, std::end(kCases), name) - kCases) + 1;
  std::vector<float> weights(kRows * kCols);
  for (size_t i = 0; i < weights.size(); ++i) {
    const double g = gaussian(seed, i), u = uniform(seed + 100, i);
    double x = 0;
    if (name == "gaussian") x = 0.02 * g;
    if (name == "heavy_tailed") x = 0.004 * g / (0.05 + u);
    if (name == "outliers") x = 0.02 * g * (u < 0.005 ? 20.0 : 1.0);
    if (name == "positive") x = std::fabs(0.02 * g);
    if (name == "mixed_scales") {
      x = 0.02 * g * std::ldexp(1.0, static_cast<int>(8 * uniform(seed + 100, i / 16 * 16)) - 4);
    }
    if (name == "constant") x = 0.02 * gaussian(seed, i / kCols * kCols);
    weights[i] = static_cast<float>(x);
  }
  return weights;
}

std::vector<float> importance() {
  std::vector<float> importance(kCols);
  for (size_t i = 0; i < kCols; ++i) importance[i] = static_cast<float>(1 / (0.02 + uniform(1000, i)));
  return importance;
}

std::vector<float> encode_and_decode(const TypeInfo& type, const std::vector<float>& weights, const float* importance) {
  const auto n = static_cast<int64_t>(weights.size());
  std::vector<uint8_t> blocks(static_cast<size_t>(n / type.block_weights * type.block_bytes), 0xff);
  std::vector<float> decoded(weights.size(), NAN);
  type.encode(weights.data(), importance, blocks.data(), n);
  type.decode(blocks.data(), decoded.data(), n);
  return decoded;
}

// Mean of importance * (decoded - weight)^2.
double coding_mse(const TypeInfo& type, const std::vector<float>& weights, const std::vector<float>* importance) {
  double total = 0;
  for (size_t row = 0; row < kRows; ++row) {
    const std::vector<float> x(weights.begin() + static_cast<int64_t>(row * kCols),
                               weights.begin() + static_cast<int64_t>((row + 1) * kCols));
    const std::vector<float> decoded = encode_and_decode(type, x, importance ? importance->data() : nullptr);
    for (size_t c = 0; c < kCols; ++c) {
      const double difference = static_cast<double>(decoded[c]) - x[c];
      total += (importance ? (*importance)[c] : 1.0) * difference * difference;
    }
  }
  return total / (kRows * kCols);
}

TEST(Encode, LosesAtMostAHundredthMoreThanTheReference) {
  std::ifstream golden(ONDOL_SOURCE_DIR "/tests/golden/quant/encode_mse.tsv");
  ASSERT_TRUE(golden);
  const std::vector<float> w = importance();
  int n_cases = 0;
  for (std::string type_name, case_name, label, mse; golden >> type_name >> case_name >> label >> mse; ++n_cases) {
    const auto dtype = find_type(type_name);
    ASSERT_TRUE(dtype) << type_name;
    const double ours = coding_mse(dtype->info(), weights_of(case_name), label == "importance" ? &w : nullptr);
    const double reference = std::stod(mse);
    RecordProperty(type_name + "_" + case_name + "_" + label, std::to_string(reference > 0 ? ours / reference : 0));
    EXPECT_LE(ours, 1.01 * reference) << type_name << " " << case_name << " " << label;
  }
  EXPECT_EQ(n_cases, 24 * 7 * 2);
}

TEST(Encode, KeepsWhatItDecodedBefore) {
  for (const TypeInfo& type : all_types()) {
    if (type.is_float) continue;
    const std::vector<float> once = encode_and_decode(type, weights_of("gaussian"), nullptr);
    const std::vector<float> twice = encode_and_decode(type, once, nullptr);
    double error = 0, energy = 0;
    for (size_t i = 0; i < once.size(); ++i) {
      error += (twice[i] - once[i]) * (twice[i] - once[i]);
      energy += once[i] * once[i];
    }
    // Types with two floors of scales may choose another first floor; what that costs stays far below a level.
    EXPECT_LE(error, 2e-3 * energy) << type.name;
  }
}

// A weight that is not a number counts as zero in every quantised type.
TEST(Encode, TreatsWeightsThatAreNotFiniteAsZero) {
  for (const TypeInfo& type : all_types()) {
    if (type.is_float) continue;
    std::vector<float> weights = weights_of("gaussian");
    weights.resize(256);
    weights[3] = NAN;
    weights[100] = std::numeric_limits<float>::infinity();
    weights[101] = -std::numeric_limits<float>::infinity();
    std::vector<float> cleaned = weights;
    cleaned[3] = cleaned[100] = cleaned[101] = 0;
    EXPECT_EQ(encode_and_decode(type, weights, nullptr), encode_and_decode(type, cleaned, nullptr)) << type.name;
  }
}

TEST(Encode, StaysFiniteAtTheEdgesOfFloat) {
  const float kLargest = std::numeric_limits<float>::max(), kSmallest = std::numeric_limits<float>::denorm_min();
  for (const TypeInfo& type : all_types()) {
    if (type.is_float) continue;
    for (float value : {kLargest, -kLargest, 1e30f, 70000.0f, 1e-3f, 1e-20f, kSmallest, -kSmallest, -0.0f}) {
      std::vector<float> alone(256, 0.0f), all(256, value);
      alone[200] = value;
      for (const std::vector<float>& weights : {alone, all}) {
        for (float decoded : encode_and_decode(type, weights, weights.data())) {
          EXPECT_TRUE(std::isfinite(decoded)) << type.name << " " << value;
          EXPECT_LE(std::fabs(decoded), 1.2f * std::max(std::fabs(value), 1e-6f)) << type.name << " " << value;
        }
      }
    }
  }
}

TEST(Encode, TakesImportanceOfAnyKind) {
  std::vector<float> weights = weights_of("gaussian");
  weights.resize(256);
  for (const TypeInfo& type : all_types()) {
    if (type.is_float) continue;
    const std::vector<float> plain = encode_and_decode(type, weights, nullptr);
    // Nothing important, and nothing that can be compared: as if none were given.
    const std::vector<float> zeros(256, 0.0f), negative(256, -1.0f), not_numbers(256, NAN), equal(256, 1e38f);
    for (const auto* importance : {&zeros, &negative, &not_numbers, &equal}) {
      EXPECT_EQ(encode_and_decode(type, weights, importance->data()), plain) << type.name;
    }
  }
}

TEST(Encode, FitsImportantWeightsBetter) {
  std::vector<float> weights = weights_of("heavy_tailed");
  weights.resize(256);
  std::vector<float> importance(256, 1e-4f);
  for (size_t i = 0; i < 256; i += 32) importance[i + 5] = importance[i + 20] = 1;
  for (const TypeInfo& type : all_types()) {
    if (type.is_float || std::string(type.name) == "Q8_0") continue;  // Q8_0's scale follows from the largest weight
    const auto error = [&](const std::vector<float>& decoded) {
      double total = 0;
      for (size_t i = 0; i < 256; ++i) {
        total += static_cast<double>(importance[i]) * (decoded[i] - weights[i]) * (decoded[i] - weights[i]);
      }
      return total;
    };
    const double with = error(encode_and_decode(type, weights, importance.data()));
    EXPECT_LE(with, error(encode_and_decode(type, weights, nullptr))) << type.name;
  }
}

TEST(Encode, FloatTypesKeepInfinityAndNaN) {
  for (const char* name : {"F32", "F16", "BF16"}) {
    const TypeInfo& type = find_type(name)->info();
    const std::vector<float> decoded = encode_and_decode(type, {INFINITY, -INFINITY, NAN, -0.0f, 1.5f}, nullptr);
    EXPECT_EQ(decoded[0], INFINITY) << name;
    EXPECT_EQ(decoded[1], -INFINITY) << name;
    EXPECT_TRUE(std::isnan(decoded[2])) << name;
    EXPECT_TRUE(decoded[3] == 0 && std::signbit(decoded[3])) << name;
    EXPECT_EQ(decoded[4], 1.5f) << name;
  }
}

}  // namespace
}  // namespace ondol
