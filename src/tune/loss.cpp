#include "tune/loss.h"

#include <numeric>

namespace ondol {

template <class T>
RowLoss<T> label_loss(Compute<T>& compute, const PackedBatch& batch, int64_t vocab_size) {
  return [&compute, &batch, vocab_size](int64_t first, int64_t n, T* logits) {
    std::vector<double> losses(static_cast<size_t>(n));
    compute.pool().for_each(n, [&](int64_t row, int) {
      T* x = logits + row * vocab_size;
      const auto next = static_cast<int64_t>(batch.targets[static_cast<size_t>(first + row)].next);
      const T log_sum = Compute<T>::log_sum_exp(x, vocab_size);
      losses[static_cast<size_t>(row)] = static_cast<double>(log_sum - x[next]);
      Compute<T>::exp_shifted(x, log_sum, T(1), x, vocab_size);
      x[next] -= 1;
    });
    return std::accumulate(losses.begin(), losses.end(), 0.0);
  };
}

template RowLoss<float> label_loss(Compute<float>&, const PackedBatch&, int64_t);
template RowLoss<double> label_loss(Compute<double>&, const PackedBatch&, int64_t);

}  // namespace ondol
