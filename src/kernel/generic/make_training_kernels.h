// Fills the table of training from a vector type.  Included by isa/*.cpp only.
#pragma once

#include "kernel/generic/train_attention.h"
#include "kernel/generic/train_elementwise.h"
#include "kernel/generic/train_gemm_bf16.h"

namespace ondol {

template <class V>
constexpr TrainingKernels::Gemm bf16_gemm() {
  if constexpr (RoundsToBf16<V>) {
    return {V::kGemmRows,      kStripColumns<V>,     packed_bytes_bf16<V>,
            pack_rows_bf16<V>, pack_columns_bf16<V>, multiply_bf16<V>};
  } else {
    return {};
  }
}

template <class V>
constexpr TrainingKernels make_training_kernels(const char* isa) {
  return {
      .isa = isa,
      .f32 = {V::kGemmRows, kStripColumns<V>, packed_bytes_f32<V>, pack_rows_f32<V>, pack_columns_f32<V>,
              multiply_f32<V>},
      .bf16 = bf16_gemm<V>(),
      .f16_to_floats = f16_to_floats<V>,
      .bf16_to_floats = bf16_to_floats<V>,
      .rms_norm_backward = rms_norm_backward<V>,
      .layer_norm_backward = layer_norm_backward<V>,
      .activate_backward = activate_backward<V>,
      .gate_backward = gate_backward<V>,
      .max = largest<V>,
      .sum_exp = sum_exp<V>,
      .exp_shifted = exp_shifted<V>,
      .attend = attend_training<V>,
      .attend_backward = attend_backward<V>,
      .attend_scratch_bytes = attend_scratch_bytes<V>,
      .sum_of_squares = sum_of_squares<V>,
      .adamw = adamw<V>,
  };
}

}  // namespace ondol
