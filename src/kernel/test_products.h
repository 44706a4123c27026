// Products as tests, fuzzers and instruction counts call them: with activations quantised and scratch at hand.
#pragma once

#include <span>
#include <vector>

#include "base/checked_math.h"
#include "base/memory.h"
#include "kernel/kernels.h"

namespace ondol {

// One product ready to be called, on one table.  The weights and `x` must outlive it.
class ReadyProduct {
 public:
  // x [n_tokens, w.n_cols]
  ReadyProduct(const Kernels& table, const WeightView& weights, std::span<const float> x, int64_t n_tokens)
      : kernels_(table),
        weights_(weights),
        q_(static_cast<size_t>(round_up(n_tokens, table.token_tile) * weights.n_cols)),
        scale_(q_.size() / kGroup),
        sum_(q_.size() / kGroup),
        scratch_(*Buffer::allocate("scratch", table.product_scratch_bytes(weights.n_cols))) {
    input_.x = x.data();
    input_.n_tokens = n_tokens;
    const int scale_every = weights.dtype.info().activation_scale_every;
    if (scale_every == 0) return;
    Q8Activations& q8 = scale_every == 32 ? input_.by_32 : input_.by_256;
    q8 = {q_.data(), scale_.data(), sum_.data(), n_tokens, weights.n_cols, scale_every};
    table.quantize(x.data(), q8, 0, n_tokens);
  }

  // y [n_tokens, n_rows]
  void run(std::span<float> y) {
    kernels_.product[weights_.dtype.index()](weights_, input_, y.data(), weights_.n_rows, {0, weights_.n_rows},
                                             scratch_.data());
  }

 private:
  const Kernels& kernels_;
  const WeightView weights_;
  std::vector<int8_t> q_;
  std::vector<float> scale_;
  std::vector<int32_t> sum_;
  Buffer scratch_;
  ProductInput input_;
};

}  // namespace ondol
