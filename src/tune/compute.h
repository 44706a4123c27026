// Compute<T>: the operations of a training step over many rows, on the threads of a pool.
//
// In float they are the kernels of this CPU (kernel/training.h), in double the definitions (tune/operations.h): one
// forward and backward pass serves training and its proof.  Rows are cut into blocks of a fixed size, and what blocks
// add to one gradient is summed in their order, so results do not depend on the number of threads.
#pragma once

#include <memory>
#include <vector>

#include "base/checked_math.h"
#include "base/thread_pool.h"
#include "tune/gemm.h"
#include "tune/network.h"
#include "tune/operations.h"

namespace ondol {

// Rows that a thread takes at a time.
inline constexpr int64_t kRowBlock = 32;

template <class T>
class Compute {
 public:
  Compute(ThreadPool& pool, Precision precision) : pool_(pool), precision_(precision) {}

  ThreadPool& pool() { return pool_; }

  // Calls body(first, last) for blocks of rows.
  template <class Body>
  void for_rows(int64_t n_rows, Body&& body) {
    pool_.for_each(divide_up(n_rows, kRowBlock),
                   [&](int64_t block, int) { body(block * kRowBlock, std::min(n_rows, (block + 1) * kRowBlock)); });
  }

  // y [n, w.n_rows] (+)= x [n, w.n_cols] times w transposed
  void multiply(int64_t n, const T* x, const Parameter<T>& w, T* y, bool accumulate);
  // dx [n, w.n_cols] (+)= dy [n, w.n_rows] w
  void multiply_backward(int64_t n, const T* dy, const Parameter<T>& w, T* dx, bool accumulate);
  // w.gradient += dy transposed times x; nothing where w is not trained
  void add_weight_gradient(int64_t n, const T* dy, const T* x, Parameter<T>& w);
  // bias.gradient += the rows of dy, each times `scale`; nothing where it is null or not trained
  void add_bias_gradient(int64_t n, const T* dy, T scale, Parameter<T>* bias);

  // Rows of x [n_rows, size] normalised.  The weights hold one row, or `period` rows that take turns.
  void normalize(Norm kind, T eps, const TrainedNorm<T>& norm, const T* x, T* y, int64_t n_rows, int64_t size);
  // dx += the gradient by x, and the weights' gradients where they are trained.
  void normalize_backward(Norm kind, T eps, const TrainedNorm<T>& norm, const T* x, const T* dy, T* dx, int64_t n_rows,
                          int64_t size);

  void activate(Activation kind, const T* x, T* y, int64_t n);
  void activate_backward(Activation kind, const T* x, const T* dy, T* dx, int64_t n);
  void gate(Activation kind, const T* gate, const T* up, T* y, int64_t n);
  void gate_backward(Activation kind, const T* gate, const T* up, const T* dy, T* dgate, T* dup, int64_t n);

  // One head over one sequence, on the calling thread (one of the pool's).
  void attend(const operations::AttentionView<T>& in, T* out, T* log_sum, int thread);
  void attend_backward(const operations::AttentionView<T>& in, const T* out, const T* log_sum, const T* dout,
                       const operations::AttentionGradient<T>& gradient, int thread);
  // Makes room for attention over sequences of that length; called before the loop that attends.
  void prepare_attention(int64_t n_tokens, int head_dim);

  // Rotates pairs of x [n_heads, head_dim] in place (kernel/kernels.h, Kernels::rope).
  static void rope(T* x, int n_heads, int head_dim, int n_dims, const T* cos, const T* sin, bool interleaved);

  // log of the sum of exp(x).
  static T log_sum_exp(const T* x, int64_t n);
  // y = exp(x - shift) * factor; y may be x.
  static void exp_shifted(const T* x, T shift, T factor, T* y, int64_t n);

 private:
  // The decoded values of a matrix, for T whose products take no encoded ones.
  const T* values(const Parameter<T>& w);

  ThreadPool& pool_;
  Precision precision_;
  GemmScratch gemm_;
  std::vector<T> decoded_;
  std::vector<T> partial_;                       // sums of blocks of rows
  std::vector<std::vector<uint8_t>> attention_;  // [threads]
};

}  // namespace ondol
