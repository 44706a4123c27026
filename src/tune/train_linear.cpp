// A linear map under training, with its low-rank factors (Hu et al. 2021, LoRA, section 4.1):
//   y = W x * scale + bias + s B (A x')        x' = x with dropout
#include "base/random.h"
#include "tune/backprop.h"

namespace ondol {
namespace {

// x with each element kept with probability 1 - p, and then divided by it; which are kept follows from the key alone.
template <class T>
Values<T> drop_out(Pass<T>& pass, const TrainedLowRank<T>& factors, const T* x, int64_t n_cols) {
  Values<T> kept(x, x + pass.n_rows * n_cols);
  const uint64_t key = pass.dropout_key ^ factors.key;
  const T scale = 1 / (1 - factors.dropout);
  pass.compute.for_rows(pass.n_rows, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      SplitMix64 random(key + static_cast<uint64_t>(row) * 0x9E3779B97F4A7C15u * 0x10001u);
      for (int64_t j = 0; j < n_cols; ++j) {
        T& value = kept[static_cast<size_t>(row * n_cols + j)];
        value = random.uniform() < static_cast<double>(factors.dropout) ? T(0) : value * scale;
      }
    }
  });
  return kept;
}

template <class T>
bool drops(const Pass<T>& pass, const TrainedLowRank<T>& factors) {
  return pass.dropout_key != 0 && factors.dropout > 0;
}

template <class T>
void scale_all(Compute<T>& compute, T* x, T factor, int64_t n_rows, int64_t n_cols) {
  if (factor == 1) return;
  compute.for_rows(n_rows, [&](int64_t first, int64_t last) {
    for (int64_t i = first * n_cols; i < last * n_cols; ++i) x[i] *= factor;
  });
}

}  // namespace

template <class T>
void run_linear(Pass<T>& pass, const TrainedLinear<T>& w, const T* x, Values<T>& y) {
  Compute<T>& compute = pass.compute;
  const int64_t n = pass.n_rows, n_out = w.weight->n_rows, n_in = w.weight->n_cols;
  y.resize(static_cast<size_t>(n * n_out));
  compute.multiply(n, x, *w.weight, y.data(), false);
  scale_all(compute, y.data(), w.scale, n, n_out);
  if (w.bias) {
    compute.for_rows(n, [&](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; ++row) {
        for (int64_t j = 0; j < n_out; ++j)
          y[static_cast<size_t>(row * n_out + j)] += w.bias->value[static_cast<size_t>(j)];
      }
    });
  }
  if (!w.low_rank) return;
  Values<T> dropped;
  if (drops(pass, w.low_rank)) {
    dropped = drop_out(pass, w.low_rank, x, n_in);
    x = dropped.data();
  }
  Values<T> thin(static_cast<size_t>(n * w.low_rank.a->n_rows));
  compute.multiply(n, x, *w.low_rank.a, thin.data(), false);
  scale_all(compute, thin.data(), w.low_rank.scale, n, w.low_rank.a->n_rows);
  compute.multiply(n, thin.data(), *w.low_rank.b, y.data(), true);
}

template <class T>
void linear_backward(Pass<T>& pass, const TrainedLinear<T>& w, const T* x, Values<T>& dy, Values<T>& dx,
                     bool accumulate) {
  Compute<T>& compute = pass.compute;
  const int64_t n = pass.n_rows, n_out = w.weight->n_rows, n_in = w.weight->n_cols;
  dx.resize(static_cast<size_t>(n * n_in));
  compute.add_bias_gradient(n, dy.data(), T(1), w.bias);
  Values<T> dlow;  // the factors' part of dx, before the weight's scale touches dy
  if (w.low_rank) {
    const TrainedLowRank<T>& factors = w.low_rank;
    const int64_t rank = factors.a->n_rows;
    const bool dropping = drops(pass, factors);
    Values<T> dropped;
    if (dropping) dropped = drop_out(pass, factors, x, n_in);
    const T* input = dropping ? dropped.data() : x;
    Values<T> thin(static_cast<size_t>(n * rank)), dthin(thin.size());
    compute.multiply(n, input, *factors.a, thin.data(), false);
    scale_all(compute, thin.data(), factors.scale, n, rank);
    compute.add_weight_gradient(n, dy.data(), thin.data(), *factors.b);
    compute.multiply_backward(n, dy.data(), *factors.b, dthin.data(), false);
    scale_all(compute, dthin.data(), factors.scale, n, rank);
    compute.add_weight_gradient(n, dthin.data(), input, *factors.a);
    dlow.resize(dx.size());
    compute.multiply_backward(n, dthin.data(), *factors.a, dlow.data(), false);
    // What was dropped has no gradient, what was kept was scaled.
    if (dropping) dlow = drop_out(pass, factors, dlow.data(), n_in);
  }
  scale_all(compute, dy.data(), w.scale, n, n_out);
  compute.add_weight_gradient(n, dy.data(), x, *w.weight);
  compute.multiply_backward(n, dy.data(), *w.weight, dx.data(), accumulate);
  if (!w.low_rank) return;
  compute.for_rows(n, [&](int64_t first, int64_t last) {
    for (auto i = static_cast<size_t>(first * n_in); i < static_cast<size_t>(last * n_in); ++i) dx[i] += dlow[i];
  });
}

template void run_linear(Pass<float>&, const TrainedLinear<float>&, const float*, Values<float>&);
template void run_linear(Pass<double>&, const TrainedLinear<double>&, const double*, Values<double>&);
template void linear_backward(Pass<float>&, const TrainedLinear<float>&, const float*, Values<float>&, Values<float>&,
                              bool);
template void linear_backward(Pass<double>&, const TrainedLinear<double>&, const double*, Values<double>&,
                              Values<double>&, bool);

}  // namespace ondol
