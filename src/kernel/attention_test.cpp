// Attention and the small steps of every table against plain double arithmetic, and in other company.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/checked_math.h"
#include "kernel/dispatch.h"
#include "tensor/half.h"

namespace ondol {
namespace {

std::vector<float> random_floats(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<size_t>(n));
  for (float& value : x) value = normal(random);
  return x;
}

// Keys and values of one kv head: as they were, and in pages as one table stored them.
struct Cache {
  Cache(const Kernels& kernels, KvType kv_type, int dim, int64_t n, uint32_t seed = 5)
      : type(kv_type),
        head_dim(dim),
        n_positions(n),
        keys(random_floats(n * dim, seed)),
        values(random_floats(n * dim, seed + 1)),
        page_bytes(kv_page_bytes(kv_type, dim)),
        memory(static_cast<size_t>(2 * divide_up(n, kPageLength) * page_bytes)) {
    for (int64_t page = 0; page * kPageLength < n; ++page) {
      key_pages.push_back(memory.data() + 2 * page * page_bytes);
      value_pages.push_back(memory.data() + (2 * page + 1) * page_bytes);
    }
    for (int64_t p = 0; p < n; ++p) store(kernels, p, keys.data() + p * dim, values.data() + p * dim);
  }
  void store(const Kernels& kernels, int64_t p, const float* key, const float* value) {
    kernels.store_kv(type, key, value, head_dim, static_cast<int>(p % kPageLength),
                     memory.data() + 2 * (p / kPageLength) * page_bytes,
                     memory.data() + (2 * (p / kPageLength) + 1) * page_bytes);
  }
  // What the page holds of element d of position p, read as kernels.h draws it.
  double stored_key(int64_t p, int d) const { return stored(key_pages[p / kPageLength], p, d, true); }
  double stored_value(int64_t p, int d) const { return stored(value_pages[p / kPageLength], p, d, false); }
  double stored(const uint8_t* page, int64_t p, int d, bool transposed) const {
    const int64_t slot = p % kPageLength;
    const int64_t at = transposed ? d * kPageLength + slot : slot * head_dim + d;
    if (type == KvType::kF32) return read<float>(page + 4 * at);
    if (type == KvType::kF16) return half_to_float(read<uint16_t>(page + 2 * at));
    const int64_t n_groups = divide_up(head_dim, 32);
    const int64_t place = transposed ? d / 32 * kPageLength + slot : slot * n_groups + d / 32;
    const bool is_q8 = type == KvType::kQ8_0;
    const double scale = half_to_float(read<uint16_t>(page + kPageLength * head_dim / (is_q8 ? 1 : 2) + 2 * place));
    if (is_q8) return scale * read<int8_t>(page + at);
    const uint8_t pair = page[transposed ? d / 2 * kPageLength + slot : at / 2];
    return scale * kKvCodes[d % 2 == 0 ? pair % 16 : pair / 16];
  }
  template <class T>
  static T read(const uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  KvType type;
  int head_dim;
  int64_t n_positions;
  std::vector<float> keys, values;  // [n_positions, head_dim]
  int64_t page_bytes;
  std::vector<uint8_t> memory;
  std::vector<const uint8_t*> key_pages, value_pages;
};

// What changes scores beside the plain softmax.
struct Variant {
  int64_t window = 0;
  float soft_cap = 0;
  std::vector<float> sinks = {};
  int64_t recent_page = INT64_MAX;
};

// Tokens [first, first + n) of a sequence whose queries are q [tokens, n_group, head_dim].  Pages before the first
// token's window are not there at all.
std::vector<float> attend(const Kernels& kernels, const Cache& cache, const std::vector<float>& q, int n_group,
                          int32_t first, int64_t n_tokens, const Variant& variant = {}) {
  const int64_t stride = int64_t{n_group} * cache.head_dim;
  std::vector<int32_t> position;
  for (int64_t t = 0; t < n_tokens; ++t) position.push_back(first + static_cast<int32_t>(t));
  auto keys = cache.key_pages, values = cache.value_pages;
  for (int64_t page = 0; variant.window > 0 && (page + 1) * kPageLength <= first - variant.window + 1; ++page) {
    keys[page] = values[page] = nullptr;
  }
  const AttentionInput in{.q = q.data() + first * stride,
                          .token_stride = stride,
                          .n_tokens = n_tokens,
                          .n_group = n_group,
                          .position = position.data(),
                          .keys = keys.data(),
                          .values = values.data(),
                          .type = cache.type,
                          .head_dim = cache.head_dim,
                          .scale = 1 / std::sqrt(static_cast<float>(cache.head_dim)),
                          .soft_cap = variant.soft_cap,
                          .window = variant.window,
                          .sinks = variant.sinks.empty() ? nullptr : variant.sinks.data(),
                          .recent_page = variant.recent_page};
  std::vector<float> out(static_cast<size_t>(n_tokens * stride));
  kernels.attend(in, out.data(), stride);
  return out;
}

const char* name_of(KvType type) {
  constexpr const char* kNames[] = {"f16", "q8_0", "f32", "q4_0"};
  return kNames[static_cast<size_t>(type)];
}

constexpr KvType kTypes[] = {KvType::kF32, KvType::kF16, KvType::kQ8_0, KvType::kQ4_0};

TEST(Attention, StoresWhatItIsGiven) {
  for (const Kernels* table : runnable()) {
    for (const KvType type : kTypes) {
      // half a step of f16 (11 bits), of 127 steps to the largest of 32 numbers, here at most 5, or of the widest of
      // 16 codes, whose scale is not that of the largest number
      const Cache cache(*table, type, 64, 40);
      for (int64_t p = 0; p < 40; ++p) {
        for (int d = 0; d < 64; ++d) {
          const double key = cache.keys[p * 64 + d], value = cache.values[p * 64 + d];
          const auto bound = [&](double x) {
            return type == KvType::kF32    ? 0
                   : type == KvType::kF16  ? std::abs(x) * 0x1p-11 + 1e-7
                   : type == KvType::kQ8_0 ? 5.0 / 127 / 2 * 1.01
                                           : 5.0 * 25 / 127 / 2 * 1.3;
          };
          ASSERT_NEAR(cache.stored_key(p, d), key, bound(key)) << table->isa << " " << name_of(type);
          ASSERT_NEAR(cache.stored_value(p, d), value, bound(value)) << table->isa << " " << name_of(type);
        }
      }
    }
  }
}

// Of what the pages hold: f32 rounds a score of a few units and each of the sums a few times.
TEST(Attention, AgreesWithADoubleSoftmax) {
  for (const Kernels* table : runnable()) {
    for (const KvType type : kTypes) {
      for (const int head_dim : {8, 16, 24, 32, 48, 64, 80, 96, 128}) {
        const int n_group = 3;
        const int64_t n = 71;
        const Cache cache(*table, type, head_dim, n);
        const auto q = random_floats(n * n_group * head_dim, 29);
        const auto out = attend(*table, cache, q, n_group, 0, n);
        for (int64_t i = 0; i < n * n_group; ++i) {
          const int64_t n_seen = i / n_group + 1;
          std::vector<double> weight;
          double total = 0;
          for (int64_t p = 0; p < n_seen; ++p) {
            double score = 0;
            for (int d = 0; d < head_dim; ++d) score += double{q[i * head_dim + d]} * cache.stored_key(p, d);
            weight.push_back(std::exp(score / std::sqrt(head_dim)));
            total += weight.back();
          }
          for (int d = 0; d < head_dim; ++d) {
            double expected = 0;
            for (int64_t p = 0; p < n_seen; ++p) expected += weight[p] / total * cache.stored_value(p, d);
            ASSERT_NEAR(out[i * head_dim + d], expected, 2e-6)
                << table->isa << " " << name_of(type) << " head_dim " << head_dim << " query " << i;
          }
        }
      }
    }
  }
}

const Variant kVariants[] = {{.window = 1},
                             {.window = 10},
                             {.window = 32},
                             {.window = 33},
                             {.window = 1000},
                             {.soft_cap = 1.5f},
                             {.sinks = {0.5f, -3.0f, 60.0f}},
                             {.window = 40, .soft_cap = 2.0f, .sinks = {1.0f, 0.0f, -80.0f}}};

TEST(Attention, WindowsSoftCapsAndSinksAgreeWithADoubleSoftmax) {
  const int head_dim = 24, n_group = 3;
  const int64_t n = 110;
  for (const Kernels* table : runnable()) {
    const Cache cache(*table, KvType::kF32, head_dim, n);
    const auto q = random_floats(n * n_group * head_dim, 61);
    for (const Variant& variant : kVariants) {
      const auto out = attend(*table, cache, q, n_group, 0, n, variant);
      for (int64_t i = 0; i < n * n_group; ++i) {
        const int64_t last = i / n_group,
                      first = variant.window > 0 ? std::max<int64_t>(0, last - variant.window + 1) : 0;
        std::vector<double> weight;
        double total = variant.sinks.empty() ? 0 : std::exp(double{variant.sinks[i % n_group]});
        for (int64_t p = first; p <= last; ++p) {
          double score = 0;
          for (int d = 0; d < head_dim; ++d) score += double{q[i * head_dim + d]} * cache.stored_key(p, d);
          score /= std::sqrt(head_dim);
          if (variant.soft_cap > 0) score = variant.soft_cap * std::tanh(score / variant.soft_cap);
          weight.push_back(std::exp(score));
          total += weight.back();
        }
        for (int d = 0; d < head_dim; ++d) {
          double expected = 0;
          for (int64_t p = first; p <= last; ++p) expected += weight[p - first] / total * cache.stored_value(p, d);
          ASSERT_NEAR(out[i * head_dim + d], expected, 2e-6)
              << table->isa << " window " << variant.window << " cap " << variant.soft_cap << " query " << i;
        }
      }
    }
  }
}

TEST(Attention, DoesNotDependOnHowQueriesAreChunked) {
  std::vector<Variant> variants = {{}};
  variants.insert(variants.end(), std::begin(kVariants), std::end(kVariants));
  for (const Kernels* table : runnable()) {
    for (const KvType type : kTypes) {
      const int head_dim = 64, n_group = 3;
      const int64_t n = 100;
      const Cache cache(*table, type, head_dim, n);
      const auto q = random_floats(n * n_group * head_dim, 31);
      for (const Variant& variant : variants) {
        const auto all = attend(*table, cache, q, n_group, 0, n, variant);
        for (const int64_t chunk : {1, 2, 3, 5, 8, 31, 33, 64}) {
          std::vector<float> parts;
          for (int64_t first = 0; first < n; first += chunk) {
            const auto part =
                attend(*table, cache, q, n_group, static_cast<int32_t>(first), std::min(chunk, n - first), variant);
            parts.insert(parts.end(), part.begin(), part.end());
          }
          EXPECT_EQ(parts, all) << table->isa << " " << name_of(type) << " chunks of " << chunk << " window "
                                << variant.window;
        }
      }
    }
  }
}

TEST(Attention, DoesNotSeeLaterPositions) {
  for (const Kernels* table : runnable()) {
    for (const KvType type : kTypes) {
      const int head_dim = 32;
      Cache cache(*table, type, head_dim, 64);
      const auto q = random_floats(64 * head_dim, 37);
      const auto before = attend(*table, cache, q, 1, 0, 40);
      const std::vector<float> huge(static_cast<size_t>(head_dim), 1e30f);
      for (int64_t p = 40; p < 64; ++p) cache.store(*table, p, huge.data(), huge.data());
      if (type == KvType::kF32) continue;  // holds what it is given; the others clamp to f16
      EXPECT_EQ(attend(*table, cache, q, 1, 0, 40), before) << table->isa << " " << name_of(type);
    }
  }
}

TEST(Attention, IsTheSameBitsInEveryTable) {
  for (const KvType type : kTypes) {
    const int head_dim = 96, n_group = 3;
    const Kernels& scalar = *runnable()[0];
    const Cache expected_cache(scalar, type, head_dim, 70);
    const auto q = random_floats(70 * n_group * head_dim, 41);
    for (const Variant& variant : {Variant{}, kVariants[7]}) {
      const auto expected = attend(scalar, expected_cache, q, n_group, 0, 70, variant);
      for (const Kernels* table : runnable()) {
        const Cache cache(*table, type, head_dim, 70);
        EXPECT_EQ(cache.memory, expected_cache.memory) << table->isa << " " << name_of(type);
        EXPECT_EQ(attend(*table, cache, q, n_group, 0, 70, variant), expected) << table->isa << " " << name_of(type);
      }
    }
  }
}

// What DESIGN calls 4.5 bits is worth: the error of what rotate() makes of any keys, a tenth of a per cent of leeway
// for the draw.
TEST(Attention, StoresNormalNumbersInFourBitsWithTheErrorItSays) {
  const Cache cache(*runnable()[0], KvType::kQ4_0, 128, 512);
  double error = 0, power = 0;
  for (int64_t p = 0; p < cache.n_positions; ++p) {
    for (int d = 0; d < 128; ++d) {
      const double key = cache.keys[p * 128 + d], off = cache.stored_key(p, d) - key;
      error += off * off;
      power += key * key;
    }
  }
  EXPECT_NEAR(error / power, 0.0060, 0.0002);
  EXPECT_EQ(8 * kv_page_bytes(KvType::kQ4_0, 128), 4.5 * 128 * kPageLength);
}

// A block of q4_0 pages with f16 pages behind them is what both are alone.
TEST(Attention, ReadsRecentPagesAsF16) {
  const int head_dim = 48;
  const int64_t n = 100;
  for (const Kernels* table : runnable()) {
    Cache mixed(*table, KvType::kQ4_0, head_dim, n);
    const Cache recent(*table, KvType::kF16, head_dim, n);
    const auto q = random_floats(n * head_dim, 43);
    for (size_t page = 2; page < recent.key_pages.size(); ++page) {
      mixed.key_pages[page] = recent.key_pages[page];
      mixed.value_pages[page] = recent.value_pages[page];
    }
    const auto out = attend(*table, mixed, q, 1, 64, n - 64, {.recent_page = 2});
    const int64_t last = n - 1;
    std::vector<double> weight;
    double total = 0;
    for (int64_t p = 0; p <= last; ++p) {
      double score = 0;
      for (int d = 0; d < head_dim; ++d) {
        score += double{q[last * head_dim + d]} * (p < 64 ? mixed : recent).stored_key(p, d);
      }
      weight.push_back(std::exp(score / std::sqrt(head_dim)));
      total += weight.back();
    }
    for (int d = 0; d < head_dim; ++d) {
      double expected = 0;
      for (int64_t p = 0; p <= last; ++p) expected += weight[p] / total * (p < 64 ? mixed : recent).stored_value(p, d);
      ASSERT_NEAR(out[(last - 64) * head_dim + d], expected, 2e-6) << table->isa;
    }
    for (const int64_t chunk : {1, 7, 16}) {
      std::vector<float> parts;
      for (int64_t first = 64; first < n; first += chunk) {
        const auto part =
            attend(*table, mixed, q, 1, static_cast<int32_t>(first), std::min(chunk, n - first), {.recent_page = 2});
        parts.insert(parts.end(), part.begin(), part.end());
      }
      EXPECT_EQ(parts, out) << table->isa << " chunks of " << chunk;
    }
  }
}

TEST(SmallSteps, RotateSpreadsKeepsProductsAndTurnsBack) {
  for (const int head_dim : {8, 24, 48, 64, 80, 96, 128, 256}) {
    const auto x = random_floats(2 * head_dim, 71);
    std::vector<float> expected = x;
    runnable()[0]->rotate(expected.data(), 2, head_dim);
    double before = 0, after = 0;
    for (int d = 0; d < head_dim; ++d) {
      before += double{x[d]} * x[head_dim + d];
      after += double{expected[d]} * expected[head_dim + d];
    }
    EXPECT_NEAR(after, before, 1e-5) << head_dim;
    for (const Kernels* table : runnable()) {
      auto y = x;
      table->rotate(y.data(), 2, head_dim);
      EXPECT_EQ(y, expected) << table->isa << " " << head_dim;
      table->rotate(y.data(), 2, head_dim);
      for (int i = 0; i < 2 * head_dim; ++i) ASSERT_NEAR(y[i], x[i], 2e-6) << table->isa << " " << head_dim;
    }
    // one number that stands out reaches every other
    std::vector<float> spike(static_cast<size_t>(head_dim));
    spike[5] = 1;
    runnable()[0]->rotate(spike.data(), 1, head_dim);
    const int block = head_dim & -head_dim;
    for (const float value : spike) {
      EXPECT_LE(std::abs(value), 1.001f / std::sqrt(static_cast<float>(block)));
      EXPECT_GE(std::abs(value), 0.99f / std::sqrt(static_cast<float>(block)) / static_cast<float>(head_dim / block));
    }
  }
}

TEST(SmallSteps, RmsNormAgreesWithDoubleAndAllTablesAgree) {
  for (const int64_t n : {1, 7, 63, 64, 65, 288, 2048}) {
    const auto x = random_floats(n, 43), weight = random_floats(n, 44);
    double mean = 0;
    for (const float value : x) mean += double{value} * value / static_cast<double>(n);
    std::vector<float> expected(x.size());
    runnable()[0]->rms_norm(x.data(), weight.data(), 1e-5f, expected.data(), n);
    for (int64_t i = 0; i < n; ++i) {
      const double exact = x[i] / std::sqrt(mean + 1e-5) * weight[i];
      ASSERT_NEAR(expected[i], exact, std::abs(exact) * 1e-6);
    }
    for (const Kernels* table : runnable()) {
      auto y = x;
      table->rms_norm(y.data(), weight.data(), 1e-5f, y.data(), n);
      EXPECT_EQ(y, expected) << table->isa << " n " << n;
    }
  }
}

TEST(SmallSteps, LayerNormAgreesWithDoubleAndAllTablesAgree) {
  for (const int64_t n : {2, 7, 63, 64, 65, 288, 2048}) {
    auto x = random_floats(n, 43);
    for (float& value : x) value += 3;
    const auto weight = random_floats(n, 44), bias = random_floats(n, 45);
    double mean = 0, variance = 0;
    for (const float value : x) mean += double{value} / static_cast<double>(n);
    for (const float value : x) variance += (value - mean) * (value - mean) / static_cast<double>(n);
    for (const float* b : {bias.data(), static_cast<const float*>(nullptr)}) {
      std::vector<float> expected(x.size());
      runnable()[0]->layer_norm(x.data(), weight.data(), b, 1e-5f, expected.data(), n);
      for (int64_t i = 0; i < n; ++i) {
        const double exact = (x[i] - mean) / std::sqrt(variance + 1e-5) * weight[i] + (b ? b[i] : 0);
        ASSERT_NEAR(expected[i], exact, (1 + std::abs(exact)) * 2e-6);
      }
      for (const Kernels* table : runnable()) {
        auto y = x;
        table->layer_norm(y.data(), weight.data(), b, 1e-5f, y.data(), n);
        EXPECT_EQ(y, expected) << table->isa << " n " << n;
      }
    }
  }
}

// From small to where exp saturates.
std::vector<float> gates(int64_t n) {
  auto x = random_floats(n, 47);
  for (size_t i = 0; i < x.size(); ++i) x[i] *= static_cast<float>(i % 50);
  return x;
}

double exact_activation(Activation activation, double x) {
  if (activation == Activation::kSilu) return x / (1 + std::exp(-x));
  if (activation == Activation::kGelu) return x / 2 * std::erfc(-x / std::sqrt(2.0));
  return x / 2 * (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
}

TEST(SmallSteps, ActivationsAgreeWithDoubleAndAllTablesAgree) {
  const auto x = gates(1001), up = random_floats(1001, 48);
  for (const Activation activation : {Activation::kSilu, Activation::kGeluTanh, Activation::kGelu}) {
    std::vector<float> gated(x.size()), plain(x.size());
    runnable()[0]->gate(activation, x.data(), up.data(), gated.data(), 1001);
    runnable()[0]->activate(activation, x.data(), plain.data(), 1001);
    for (size_t i = 0; i < x.size(); ++i) {
      const double exact = exact_activation(activation, x[i]);
      // far from zero a rounding of the exponent shows a hundredfold in its exponential, which is then next to nothing;
      // the polynomial of erfc is up to 1.5e-7 off, |x| / 2 of it counts
      const double method = activation == Activation::kGelu ? std::abs(x[i]) / 2 * 1.5e-7 : 0;
      const double bound = std::abs(exact) * 5e-7 + 2e-7 + method;
      ASSERT_NEAR(plain[i], exact, bound) << "x " << x[i];
      ASSERT_NEAR(gated[i], exact * up[i], bound * (1 + std::abs(up[i]))) << "x " << x[i];
    }
    for (const Kernels* table : runnable()) {
      auto y = x;
      table->gate(activation, y.data(), up.data(), y.data(), 1001);
      EXPECT_EQ(y, gated) << table->isa;
      y = x;
      table->activate(activation, y.data(), y.data(), 1001);
      EXPECT_EQ(y, plain) << table->isa;
    }
  }
}

TEST(SmallSteps, ClampedGateAgreesWithDoubleAndAllTablesAgree) {
  const auto x = gates(1001);
  auto up = gates(1001);
  std::reverse(up.begin(), up.end());
  for (const float limit : {1.5f, 7.0f}) {
    std::vector<float> expected(x.size());
    runnable()[0]->clamped_gate(x.data(), up.data(), limit, expected.data(), 1001);
    for (size_t i = 0; i < x.size(); ++i) {
      const double g = std::min(x[i], limit), u = std::clamp(up[i], -limit, limit);
      const double exact = g / (1 + std::exp(-1.702 * g)) * (u + 1);
      ASSERT_NEAR(expected[i], exact, std::abs(exact) * 1e-6 + 1e-6) << "gate " << x[i] << " up " << up[i];
    }
    for (const Kernels* table : runnable()) {
      auto y = x;
      table->clamped_gate(y.data(), up.data(), limit, y.data(), 1001);
      EXPECT_EQ(y, expected) << table->isa;
    }
  }
}

TEST(SmallSteps, SoftCapAgreesWithDoubleAndAllTablesAgree) {
  const auto x = gates(1001);
  for (const float cap : {1.0f, 30.0f}) {
    auto expected = x;
    runnable()[0]->soft_cap(expected.data(), cap, 1001);
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_NEAR(expected[i], cap * std::tanh(double{x[i]} / cap), cap * 3e-7) << x[i];
    }
    for (const Kernels* table : runnable()) {
      auto y = x;
      table->soft_cap(y.data(), cap, 1001);
      EXPECT_EQ(y, expected) << table->isa;
    }
  }
}

TEST(SmallSteps, RopeTurnsPairsAndLeavesTheRest) {
  const int n_heads = 3, head_dim = 40;
  for (const int n_dims : {8, 24, 40}) {
    std::vector<float> cos, sin;
    for (int i = 0; i < n_dims / 2; ++i) {
      cos.push_back(std::cos(0.3f * static_cast<float>(i)));
      sin.push_back(std::sin(0.3f * static_cast<float>(i)));
    }
    const auto x = random_floats(n_heads * head_dim, 53);
    for (const bool interleaved : {false, true}) {
      for (const Kernels* table : runnable()) {
        auto y = x;
        table->rope(y.data(), n_heads, head_dim, n_dims, cos.data(), sin.data(), interleaved);
        for (int head = 0; head < n_heads; ++head) {
          const int at = head * head_dim;
          for (int i = 0; i < n_dims / 2; ++i) {
            const int a = at + (interleaved ? 2 * i : i), b = at + (interleaved ? 2 * i + 1 : i + n_dims / 2);
            EXPECT_EQ(y[a], x[a] * cos[i] - x[b] * sin[i]) << table->isa;
            EXPECT_EQ(y[b], x[a] * sin[i] + x[b] * cos[i]) << table->isa;
          }
          for (int i = n_dims; i < head_dim; ++i) EXPECT_EQ(y[at + i], x[at + i]) << table->isa;
        }
      }
    }
  }
}

TEST(SmallSteps, AddAddsAndScaleScales) {
  for (const Kernels* table : runnable()) {
    for (const float factor : {1.0f, 0.22f}) {
      auto x = random_floats(37, 59);
      const auto before = x, y = random_floats(37, 60);
      table->add(x.data(), y.data(), factor, 37);
      for (size_t i = 0; i < x.size(); ++i) EXPECT_EQ(x[i], before[i] + factor * y[i]) << table->isa;
      x = before;
      table->scale(x.data(), factor, 37);
      for (size_t i = 0; i < x.size(); ++i) EXPECT_EQ(x[i], before[i] * factor) << table->isa;
    }
  }
}

}  // namespace
}  // namespace ondol
