// The sixteen levels of IQ4_NL and IQ4_XS.  Source: GGUF spec, types 20 and 23 (package gguf, class IQ4_NL).
// Seen by code compiled for wider instruction sets: templates on V only.
#pragma once

#include "tensor/vector_ops.h"

namespace ondol {

inline constexpr int kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// q[s] = the value of level q[s], plus 127.
template <class V>
void look_up_iq4(typename V::Bytes q[8]) {
  static constexpr uint8_t kBytes[16] = {0, 23, 44, 62, 78, 92, 105, 117, 128, 140, 152, 165, 180, 196, 216, 240};
  for (int s = 0; s < 8; ++s) q[s] = V::lookup16(kBytes, q[s]);
}

}  // namespace ondol
