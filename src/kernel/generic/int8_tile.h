// The arithmetic both int8 products share, stated once, so that one token and a thousand give the same bits:
//
//   y[t, r] = sum over groups g of 32 columns, in order, of
//               scale[r, g] * a_scale[t, g] * sum over the group's columns of (byte[r, c] - kZero) * a[t, c]
//             - minimum[r, g] * a_scale[t, g] * sum over the group's columns of a[t, c]
//
// The inner sum is exact in int32; -kZero * sum(a) is its starting value.  Each group then costs one conversion, one
// multiplication of the scales and one fused multiply-add (a second for a minimum).  Types with a scale for every 16
// columns do the same with halves of groups.
#pragma once

#include "kernel/generic/activations.h"
#include "kernel/generic/strips.h"

namespace ondol {

template <class V, class Type>
struct Int8Steps {
  static constexpr int kHalves = kGroup / Type::kScaleEvery;  // pieces of a group with their own scale
  static constexpr int kStepsPerHalf = 8 / kHalves;           // k-steps of four columns
  // Bytes too large for dot(): kZero is taken off while unpacking, which leaves a signed byte.
  static constexpr bool kSigned = Type::kMaxByte > V::kMaxByte;
  static_assert(!kSigned || (Type::kZero <= 128 && Type::kMaxByte - Type::kZero <= 127));
  static_assert(kHalves == 1 || kHalves == 2);
};

// `n_groups` groups of one token tile made ready: what each half-group's integer sum starts from, and a_scale * sum.
template <class V, class Type, int kTokens, int kMaxGroups>
struct Starts {
  static constexpr int kHalves = Int8Steps<V, Type>::kHalves;
  alignas(64) int32_t start[kHalves][kMaxGroups * kTokens];
  alignas(64) float weighted_sum[kHalves][kMaxGroups * kTokens];

  void fill(const ActivationTile& a, int n_groups) {
    const int n = n_groups * kTokens;
    for (int i = 0; i < n; ++i) {
      const int32_t low = static_cast<int16_t>(a.sum[i]), high = a.sum[i] >> 16;
      if constexpr (kHalves == 1) {
        start[0][i] = Int8Steps<V, Type>::kSigned ? 0 : -Type::kZero * (low + high);
        if constexpr (Type::kHasMinimum) weighted_sum[0][i] = a.scale[i] * static_cast<float>(low + high);
      } else {
        start[0][i] = Int8Steps<V, Type>::kSigned ? 0 : -Type::kZero * low;
        start[1][i] = Int8Steps<V, Type>::kSigned ? 0 : -Type::kZero * high;
        if constexpr (Type::kHasMinimum) {
          weighted_sum[0][i] = a.scale[i] * static_cast<float>(low);
          weighted_sum[1][i] = a.scale[i] * static_cast<float>(high);
        }
      }
    }
  }
};

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
