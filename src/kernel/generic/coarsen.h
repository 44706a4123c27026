// A 4-bit copy of panels, with how far it is off: what the head's coarse pass reads (model/coarse_head.h).
//
// The copy is Q4_0 (tensor/quant/q4_0.h), 32 columns of a row at a time: scale = -(the weight of largest magnitude) / 8
// as f16, level = round(weight / scale) held to [-8, 7].  Not Q4_0's own encode, which seeks a better scale and takes a
// hundred times as long: this one runs while a model answers.
#pragma once

#include "kernel/generic/vector.h"
#include "kernel/kernels.h"
#include "tensor/quant/q4_0.h"

namespace ondol {

// The weights of one group of 32 columns, V::kWidth rows.
template <class V, class Type>
inline void load_group(const uint8_t* panel, int64_t group, int first_row, typename V::Floats w[kGroup]) {
  constexpr int64_t kBlockBytes = kPanelRows * sizeof(typename Type::Block);
  if constexpr (Type::kIsFloat) {
    for (int c = 0; c < kGroup; ++c)
      w[c] = Type::template unpack<V>(panel + (group * kGroup + c) * kBlockBytes, first_row);
  } else {
    constexpr int kGroupsPerBlock = Type::kBlockWeights / kGroup;
    constexpr int kStepsPerScale = Type::kScaleEvery / 4;
    typename V::Bytes q[8];
    typename V::Floats scale[kGroup / Type::kScaleEvery], minimum[1];
    Type::template unpack<V>(panel + group / kGroupsPerBlock * kBlockBytes, static_cast<int>(group % kGroupsPerBlock),
                             first_row, q, scale, minimum);
    for (int c = 0; c < kGroup; ++c) {
      const auto lanes = __builtin_bit_cast(typename V::Ints, q[c / 4]);
      const auto byte = V::and_ints(V::shift_right(lanes, c % 4 * 8), 255);
      w[c] = V::mul(scale[c / 4 / kStepsPerScale], V::to_floats(V::add_ints(byte, -Type::kZero)));
    }
  }
}

// One group of V::kWidth rows: its copy, and the squares of its weights and of what the copy is off, added up.
template <class V>
inline void coarsen_group(const typename V::Floats w[kGroup], uint8_t* block, int first_row, typename V::Floats& length,
                          typename V::Floats& error) {
  const auto zero = V::set_floats(0);
  auto highest = zero, lowest = zero;  // the latter negated
  for (int c = 0; c < kGroup; ++c) {
    highest = V::max(w[c], highest);
    lowest = V::max(V::sub(zero, w[c]), lowest);
  }
  // highest >= lowest: -highest / 8, else lowest / 8
  const auto positive = V::zero_below(highest, lowest, highest);
  const auto negative = V::sub(lowest, V::zero_below(highest, lowest, lowest));
  uint16_t halves[V::kWidth];
  V::store_halves(halves, V::mul(V::sub(negative, positive), V::set_floats(0.125f)));
  __builtin_memcpy(block + 2 * first_row, halves, sizeof(halves));
  const auto scale = V::load_halves(block + 2 * first_row);
  const auto magnitude = V::max(scale, V::sub(zero, scale));
  const auto inverse = V::zero_below(magnitude, V::set_floats(1e-30f), V::div(V::set_floats(1), scale));

  typename V::Ints level[kGroup];
  for (int c = 0; c < kGroup; ++c) {
    // held to the range before it is rounded, so that what is not a number becomes one
    const auto held = V::min(V::max(V::mul(w[c], inverse), V::set_floats(-8)), V::set_floats(7));
    const auto rounded = V::round_to_ints(held);
    const auto off = V::fnma(V::to_floats(rounded), scale, w[c]);
    error = V::fma(off, off, error);
    length = V::fma(w[c], w[c], length);
    level[c] = V::add_ints(rounded, 8);
  }
  for (int line = 0; line < 4; ++line) {
    auto word = V::set_ints(0);
    for (int b = 0; b < 4; ++b) {
      const auto byte = V::or_ints(level[4 * line + b], V::shift_left(level[4 * line + 16 + b], 4));
      word = V::or_ints(word, V::shift_left(byte, 8 * b));
    }
    uint8_t* const at = block + 2 * kPanelRows + kLineBytes * line + 4 * first_row;
    int32_t words[V::kWidth];
    V::store_ints(words, word);
    __builtin_memcpy(at, words, sizeof(words));
  }
}

template <class V, class Type>
void coarsen(const WeightView& w, int64_t panel, uint8_t* copy, float* length, float* error) {
  const int64_t panel_bytes = w.n_cols / Type::kBlockWeights * kPanelRows * int64_t{sizeof(typename Type::Block)};
  for (int first_row = 0; first_row < kPanelRows; first_row += V::kWidth) {
    auto length_sum = V::set_floats(0), error_sum = V::set_floats(0);
    for (int64_t group = 0; group < w.n_cols / kGroup; ++group) {
      typename V::Floats weights[kGroup];
      load_group<V, Type>(w.data + panel * panel_bytes, group, first_row, weights);
      coarsen_group<V>(weights, copy + group * kPanelRows * int64_t{sizeof(Q4_0::Block)}, first_row, length_sum,
                       error_sum);
    }
    V::store_floats(length + first_row, length_sum);
    V::store_floats(error + first_row, error_sum);
  }
}

// Panel by panel max over rows of y + length * length_share + error * error_share; see kernels.h.
template <class V>
void bound_panels(float* y, const float* length, const float* error, float length_share, float error_share,
                  int64_t n_panels, float* bound) {
  const auto of_length = V::set_floats(length_share), of_error = V::set_floats(error_share);
  const auto infinity = V::set_floats(__builtin_inff()), nothing = V::set_floats(-__builtin_inff());
  for (int64_t panel = 0; panel < n_panels; ++panel) {
    auto highest = nothing;
    for (int64_t i = panel * kPanelRows; i < (panel + 1) * kPanelRows; i += V::kWidth) {
      const auto slack = V::fma(V::load_floats(error + i), of_error, V::mul(V::load_floats(length + i), of_length));
      // min() takes its second operand when the first is not a number
      highest = V::max(V::min(V::add(V::load_floats(y + i), slack), infinity), highest);
      V::store_floats(y + i, nothing);
    }
    bound[panel] = V::reduce_max(highest);
  }
}

}  // namespace ondol
