// The arithmetic both int8 products share, stated once, so that one token and a thousand give the same bits:
//
//   y[t, r] = sum over the activations' spans s of Type::kActivationScaleEvery columns, in order, of
//               a_scale[t, s] * part[t, r, s]
//   part    = sum over groups g of 32 columns of the span, in order, of
//               scale[r, g] * sum over the group's columns of (byte[r, c] - kZero) * a[t, c]
//             - minimum[r, g] * sum over the group's columns of a[t, c]
//
// The inner sum is exact in int32; -kZero * sum(a) is its starting value.  Each group then costs one conversion and one
// fused multiply-add (a second for a minimum), each span one more.  Types with a scale for every 16 columns do the same
// with halves of groups.
#pragma once

#include "kernel/generic/activations.h"
#include "kernel/generic/strips.h"

namespace ondol {

template <class V, class Type>
struct Int8Steps {
  static constexpr int kHalves = kGroup / Type::kScaleEvery;  // pieces of a group with their own scale
  static constexpr int kStepsPerHalf = 8 / kHalves;           // k-steps of four columns
  static constexpr int kSpanGroups = Type::kActivationScaleEvery / kGroup;
  // Bytes too large for dot(): kZero is taken off while unpacking, which leaves a signed byte.
  static constexpr bool kSigned = Type::kMaxByte > V::kMaxByte;
  static_assert(!kSigned || (Type::kZero <= 128 && Type::kMaxByte - Type::kZero <= 127));
  static_assert(kHalves == 1 || kHalves == 2);
  static_assert(kSpanGroups == 1 || kSpanGroups == 8);
};

// `n_groups` groups of one token tile made ready: what each half-group's integer sum starts from, and sum(a) as float.
template <class V, class Type, int kTokens, int kMaxGroups>
struct Starts {
  static constexpr int kHalves = Int8Steps<V, Type>::kHalves;
  static constexpr int kZero = Int8Steps<V, Type>::kSigned ? 0 : Type::kZero;
  alignas(64) int32_t start[kHalves][kMaxGroups * kTokens];
  alignas(64) float a_sum[Type::kHasMinimum ? kHalves : 1][Type::kHasMinimum ? kMaxGroups * kTokens : 1];

  void fill(const ActivationTile& a, int n_groups) {
    const int n = n_groups * kTokens;
    for (int i = 0; i < n; ++i) {
      const HalfSums sums = half_sums(a.sum[i]);
      if constexpr (kHalves == 1) {
        start[0][i] = -kZero * (sums.low + sums.high);
        if constexpr (Type::kHasMinimum) a_sum[0][i] = static_cast<float>(sums.low + sums.high);
      } else {
        start[0][i] = -kZero * sums.low;
        start[1][i] = -kZero * sums.high;
        if constexpr (Type::kHasMinimum) {
          a_sum[0][i] = static_cast<float>(sums.low);
          a_sum[1][i] = static_cast<float>(sums.high);
        }
      }
    }
  }
};

// The quantised activations a type's product reads.
template <class Type>
inline const Q8Activations& activations_for(const ProductInput& x) {
  if constexpr (Type::kActivationScaleEvery == 32) return x.by_32;
  else return x.by_256;
}

template <class V, class Type>
inline typename V::Ints dot(typename V::Ints acc, typename V::Bytes weights, typename V::Bytes activations) {
  if constexpr (Int8Steps<V, Type>::kSigned) return V::dot_signed(acc, weights, activations);
  else return V::dot(acc, weights, activations);
}

// One group of V::kWidth rows as dot() wants it.
template <class V, class Type>
inline void unpack_group(const uint8_t* panel, int64_t group, int first_row, typename V::Bytes q[8],
                         typename V::Floats* scale, typename V::Floats* minimum) {
  constexpr int kGroupsPerBlock = Type::kBlockWeights / kGroup;
  const uint8_t* block = panel + group / kGroupsPerBlock * int64_t{kPanelRows * sizeof(typename Type::Block)};
  Type::template unpack<V>(block, static_cast<int>(group % kGroupsPerBlock), first_row, q, scale, minimum);
  if constexpr (Int8Steps<V, Type>::kSigned) {
    for (int k = 0; k < 8; ++k) q[k] = V::add_bytes(q[k], V::set_bytes(static_cast<uint8_t>(-Type::kZero)));
  }
}

}  // namespace ondol
