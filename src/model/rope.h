// Rotation frequencies and the ways they are stretched for contexts longer than a model was trained on.
#pragma once

#include <cstdint>
#include <vector>

namespace ondol {

struct RopeScaling {
  enum class Kind {
    kNone,
    kLinear,  // positions divided by `factor`
    kYarn,    // long waves divided by `factor`, short ones kept.  Source: Peng et al. 2023 (YaRN), section 3.2
  };
  Kind kind = Kind::kNone;
  float factor = 1;
  int64_t original_context = 0;  // trained on; longer contexts take the long factors of a file that has two kinds
  float magnitude = 1;           // cosines and sines are multiplied by it
  // kYarn: waves with more than beta_fast turns in the original context are kept, with less than beta_slow divided.
  float beta_fast = 32, beta_slow = 1;
  float yarn_share = 1;         // of what is kept (extrapolation factor)
  bool yarn_whole_dims = true;  // the ramp begins and ends at whole dimensions
};

// The rotations of one kind of layer.
struct RopeTable {
  std::vector<float> frequencies;  // [rope_dims / 2] radians per position
  std::vector<float>
      long_frequencies;  // the same for contexts above RopeScaling::original_context; empty: no difference
  float magnitude = 1;
};

// theta^(-2 i / dims) for i in [0, dims / 2), each divided by factors[i] if there are any, and scaled.
//   factors  [dims / 2] or null: rope_freqs.weight, or rope_factors_long or _short.weight (Ding et al. 2024, LongRoPE)
std::vector<float> rope_frequencies(int dims, double theta, const RopeScaling& scaling, const float* factors);

}  // namespace ondol
