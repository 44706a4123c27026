// Frequency factors of the llama3 rope scaling: GGUF files keep them as the tensor rope_freqs.weight.
#pragma once

#include <cstdint>
#include <vector>

namespace ondol {

struct Llama3RopeScaling {
  double factor = 8;
  double low_freq_factor = 1;
  double high_freq_factor = 4;
  double original_context = 8192;
};

// What each rotation frequency theta^(-2 i / rope_dims) is divided by, [rope_dims / 2]: 1 for waves shorter than
// original_context / high_freq_factor, `factor` for waves longer than original_context / low_freq_factor, in between a
// smooth passage.   Source: HF modeling_rope_utils.py, _compute_llama3_parameters; Llama 3.1 model card.
std::vector<float> llama3_rope_factors(int64_t rope_dims, double rope_theta, const Llama3RopeScaling& scaling);

}  // namespace ondol
