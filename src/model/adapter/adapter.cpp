#include "model/adapter/adapter.h"

#include <cmath>

namespace ondol {

float adapter_scale(float alpha, int64_t rank, bool rank_stabilised) {
  const auto n = static_cast<double>(rank);
  return static_cast<float>(static_cast<double>(alpha) / (rank_stabilised ? std::sqrt(n) : n));
}

bool same_scale(float a, float b) { return std::abs(a - b) <= 1e-6f * std::abs(b); }

}  // namespace ondol
