// exp(x) for softmax and silu: 2^n times a polynomial.
//
// n = round(x / ln 2), r = x - n ln 2 in [-0.3466, 0.3466], exp(r) by its Taylor series to r^7, whose first missing
// term is r^8 / 8! < 6e-9; at most 7.8e-8 relative, measured at every seventh float.  Zero below -87.3 (where f32 turns
// subnormal), clamped at 88.3; NaN stays NaN.
#pragma once

#include "kernel/generic/vector.h"

namespace ondol {

template <class V>
inline typename V::Floats exp(typename V::Floats x) {
  const auto lowest = V::set_floats(-87.3f);
  const auto clamped = V::max(lowest, V::min(V::set_floats(88.3f), x));
  const auto n = V::round_to_ints(V::mul(clamped, V::set_floats(1.44269504f)));
  // ln 2 in two parts: the first has 9 bits, so n times it is exact
  const auto n_float = V::to_floats(n);
  auto r = V::fnma(n_float, V::set_floats(0.693359375f), clamped);
  r = V::fnma(n_float, V::set_floats(-2.12194440e-4f), r);
  auto p = V::set_floats(1.0f / 5040);
  p = V::fma(p, r, V::set_floats(1.0f / 720));
  p = V::fma(p, r, V::set_floats(1.0f / 120));
  p = V::fma(p, r, V::set_floats(1.0f / 24));
  p = V::fma(p, r, V::set_floats(1.0f / 6));
  p = V::fma(p, r, V::set_floats(0.5f));
  p = V::fma(p, r, V::set_floats(1.0f));
  p = V::fma(p, r, V::set_floats(1.0f));
  const auto power = V::as_floats(V::shift_left(V::add_ints(n, 127), 23));
  return V::zero_below(x, lowest, V::mul(p, power));
}

}  // namespace ondol
