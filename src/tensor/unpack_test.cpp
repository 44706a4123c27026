// What the kernels read through unpack<V> is what decode defines, checked with a vector type written for clarity.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>

#include "tensor/dtype.h"
#include "tensor/half.h"
#include "tensor/panel.h"
#include "tensor/test_blocks.h"
#include "tensor/vector_ops.h"

namespace ondol {
namespace {

template <int kLanes>
struct PlainVector {
  static constexpr int kWidth = kLanes;
  using Bytes = std::array<uint8_t, 4 * kLanes>;
  using Ints = std::array<int32_t, kLanes>;
  using Floats = std::array<float, kLanes>;

  template <class Out, class F>
  static Out make(F&& at) {
    Out out;
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<typename Out::value_type>(at(i));
    return out;
  }

  static Bytes load_bytes(const uint8_t* p) {
    return make<Bytes>([&](size_t i) { return p[i]; });
  }
  static Bytes low_nibbles(Bytes x) { return bits_right<0>(x, 15); }
  static Bytes high_nibbles(Bytes x) { return bits_right<4>(x, 15); }
  template <int n>
  static Bytes bits_right(Bytes x, uint8_t mask) {
    EXPECT_LT(mask, 256 >> n);
    return make<Bytes>([&](size_t i) { return x[i] >> n & mask; });
  }
  template <int n>
  static Bytes bits_left(Bytes x, uint8_t mask) {
    EXPECT_EQ(mask & ((1 << n) - 1), 0);
    return make<Bytes>([&](size_t i) { return x[i] << n & mask; });
  }
  static Bytes or_bytes(Bytes a, Bytes b) {
    return make<Bytes>([&](size_t i) { return a[i] | b[i]; });
  }
  static Bytes add_bytes(Bytes a, Bytes b) {
    return make<Bytes>([&](size_t i) { return a[i] + b[i]; });
  }
  static Bytes next_columns(Bytes x) {
    return make<Bytes>([&](size_t i) { return x[i / 4 * 4 + (i + 1) % 4]; });
  }
  static Bytes at_least(Bytes x, uint8_t limit) {
    return make<Bytes>([&](size_t i) { return x[i] >= limit; });
  }
  static Bytes lookup16(const uint8_t* table, Bytes x) {
    for (uint8_t index : x) EXPECT_LT(index, 16);
    return make<Bytes>([&](size_t i) { return table[x[i]]; });
  }

  template <int kFirst, int kStride, int kBit>
  static Bytes spread_bits(Ints x) {
    EXPECT_EQ(kFirst / 8, (kFirst + 3 * kStride) / 8);
    return make<Bytes>(
        [&](size_t i) { return (x[i / 4] >> (kFirst + kStride * static_cast<int>(i % 4)) & 1) << kBit; });
  }
  static Bytes gather(const uint32_t* table, Ints index) {
    return make<Bytes>([&](size_t i) { return table[index[i / 4]] >> 8 * (i % 4); });
  }

  static Ints load_words(const uint8_t* p) {
    return make<Ints>([&](size_t i) { return u16(p + 4 * i) | u16(p + 4 * i + 2) << 16; });
  }
  static Ints load_u8(const uint8_t* p) {
    return make<Ints>([&](size_t i) { return p[i]; });
  }
  static Ints load_i8(const uint8_t* p) {
    return make<Ints>([&](size_t i) { return static_cast<int8_t>(p[i]); });
  }
  static Ints shift_right(Ints x, int n) {
    return make<Ints>([&](size_t i) { return static_cast<uint32_t>(x[i]) >> n; });
  }
  static Ints shift_left(Ints x, int n) {
    return make<Ints>([&](size_t i) { return static_cast<uint32_t>(x[i]) << n; });
  }
  static Ints and_ints(Ints x, int mask) {
    return make<Ints>([&](size_t i) { return x[i] & mask; });
  }
  static Ints add_ints(Ints x, int n) {
    return make<Ints>([&](size_t i) { return x[i] + n; });
  }
  static Ints or_ints(Ints a, Ints b) {
    return make<Ints>([&](size_t i) { return a[i] | b[i]; });
  }
  static Ints xor_ints(Ints a, Ints b) {
    return make<Ints>([&](size_t i) { return a[i] ^ b[i]; });
  }
  static Ints sub_ints(Ints a, Ints b) {
    return make<Ints>([&](size_t i) { return a[i] - b[i]; });
  }
  static Floats to_floats(Ints x) {
    return make<Floats>([&](size_t i) { return x[i]; });
  }
  static Bytes as_bytes(Ints x) { return std::bit_cast<Bytes>(x); }
  static Floats as_floats(Ints x) {
    return make<Floats>([&](size_t i) { return std::bit_cast<float>(x[i]); });
  }

  static Floats load_floats(const float* p) {
    Floats out;
    std::memcpy(out.data(), p, sizeof out);
    return out;
  }
  static Floats load_halves(const uint8_t* p) {
    return make<Floats>([&](size_t i) { return half_to_float(u16(p + 2 * i)); });
  }
  static Floats load_bf16(const uint8_t* p) {
    return make<Floats>([&](size_t i) { return bf16_to_float(u16(p + 2 * i)); });
  }
  static Floats set_floats(float value) {
    return make<Floats>([&](size_t) { return value; });
  }
  static Floats mul(Floats a, Floats b) {
    return make<Floats>([&](size_t i) { return a[i] * b[i]; });
  }
  static Floats sub(Floats a, Floats b) {
    return make<Floats>([&](size_t i) { return a[i] - b[i]; });
  }

  static uint16_t u16(const uint8_t* p) { return static_cast<uint16_t>(p[0] | p[1] << 8); }
};
static_assert(VectorOps<PlainVector<1>> && VectorOps<PlainVector<4>>);

// One that looks bytes up, as AVX-512 does.
struct LookingVector : PlainVector<2> {
  template <int kFirst, int kStride>
  static Bytes spread(Ints x, uint8_t mask) {
    const uint64_t lanes = static_cast<uint32_t>(x[0]) | static_cast<uint64_t>(static_cast<uint32_t>(x[1])) << 32;
    return make<Bytes>([&](size_t i) {
      return std::rotr(lanes, static_cast<int>(32 * (i / 4)) + kFirst + kStride * static_cast<int>(i % 4)) & mask;
    });
  }
  template <int kBits>
  static Ints lookup(const uint8_t* table, Ints low, Bytes high) {
    return make<Ints>([&](size_t i) {
      uint32_t word = 0;
      for (size_t c = 0; c < 4; ++c) {
        EXPECT_TRUE(kBits == 0 || high[4 * i + c] < 1 << kBits);
        const uint32_t index = (static_cast<uint32_t>(low[i]) >> 8 * c & 255) | (kBits > 0 ? high[4 * i + c] << 8 : 0u);
        word |= static_cast<uint32_t>(table[index]) << 8 * c;
      }
      return word;
    });
  }
};
static_assert(VectorOps<LookingVector> && LooksUpBytes<LookingVector> && !LooksUpBytes<PlainVector<1>>);

// The weights of V::kWidth rows in one group, from unpack: [row][column].
template <class T, class V>
void unpack_group(const uint8_t* panel, int group, int first_row, float weights[V::kWidth][kGroup]) {
  if constexpr (T::kIsFloat) {
    const auto column = T::template unpack<V>(panel, first_row);
    for (int row = 0; row < V::kWidth; ++row) weights[row][0] = column[static_cast<size_t>(row)];
  } else {
    typename V::Bytes q[8];
    typename V::Floats scale[kGroup / T::kScaleEvery], minimum[kGroup / T::kScaleEvery];
    for (auto& m : minimum) m = V::set_floats(0);
    T::template unpack<V>(panel, group, first_row, q, scale, minimum);
    for (int row = 0; row < V::kWidth; ++row) {
      for (int c = 0; c < kGroup; ++c) {
        const size_t lane = static_cast<size_t>(row);
        const uint8_t byte = q[c / 4][4 * lane + static_cast<size_t>(c % 4)];
        EXPECT_LE(byte, T::kMaxByte) << T::kName;
        const float product = scale[c / T::kScaleEvery][lane] * static_cast<float>(byte - T::kZero);
        weights[row][c] = T::kHasMinimum ? product - minimum[c / T::kScaleEvery][lane] : product;
      }
    }
  }
}

template <class T, class V>
void expect_unpack_is_decode() {
  const std::vector<uint8_t> blocks = random_bytes(T::kGgufId + 50, kPanelRows * int64_t{sizeof(typename T::Block)});
  const auto* rows = reinterpret_cast<const typename T::Block*>(blocks.data());
  const typename T::Block* pointers[kPanelRows];
  float expected[kPanelRows][T::kBlockWeights];
  for (int row = 0; row < kPanelRows; ++row) {
    pointers[row] = rows + row;
    T::decode(rows[row], expected[row]);
  }
  std::vector<uint8_t> panel(blocks.size());
  T::pack(pointers, panel.data());

  constexpr int kColumns = T::kIsFloat ? 1 : kGroup;
  for (int first_row = 0; first_row < kPanelRows; first_row += V::kWidth) {
    for (int group = 0; group < T::kBlockWeights / kColumns; ++group) {
      float actual[V::kWidth][kGroup];
      unpack_group<T, V>(panel.data(), group, first_row, actual);
      for (int row = 0; row < V::kWidth; ++row) {
        for (int c = 0; c < kColumns; ++c) {
          ASSERT_TRUE(same_number(actual[row][c], expected[first_row + row][kGroup * group + c]))
              << T::kName << " row " << first_row + row << " column " << kGroup * group + c;
        }
      }
    }
  }
}

template <class V, class... Ts>
void expect_all(QuantList<Ts...>) {
  (expect_unpack_is_decode<Ts, V>(), ...);
}

TEST(Unpack, GivesTheKernelsWhatDecodeDefines) { expect_all<PlainVector<1>>(AllQuants{}); }

TEST(Unpack, ServesSeveralRowsAtOnce) { expect_all<PlainVector<4>>(AllQuants{}); }

TEST(Unpack, ServesCpusThatLookBytesUp) { expect_all<LookingVector>(AllQuants{}); }

}  // namespace
}  // namespace ondol
