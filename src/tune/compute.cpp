#include "tune/compute.h"

#include <type_traits>

#include "kernel/dispatch.h"
#include "tensor/run_layout.h"

namespace ondol {
namespace {

template <class T>
constexpr bool kIsFloat = std::is_same_v<T, float>;

// Elements of a loop over numbers, not rows, that a thread takes at a time.
constexpr int64_t kPiece = 1 << 14;

template <class Body>
void for_pieces(ThreadPool& pool, int64_t n, Body&& body) {
  pool.for_each(divide_up(n, kPiece),
                [&](int64_t piece, int) { body(piece * kPiece, std::min(kPiece, n - piece * kPiece)); });
}

TrainingAttention kernel_view(const operations::AttentionView<float>& in) {
  return {in.q,        in.k,     in.v,        in.q_stride, in.kv_stride, in.n_tokens,
          in.head_dim, in.scale, in.soft_cap, in.window,   in.sink};
}

}  // namespace

template <class T>
const T* Compute<T>::values(const Parameter<T>& w) {
  if (!w.value.empty()) return w.value.data();
  decoded_.resize(static_cast<size_t>(w.n_elements()));
  std::vector<float> row(static_cast<size_t>(w.n_cols));
  for (int64_t r = 0; r < w.n_rows; ++r) {
    w.encoded.dtype.info().decode(w.encoded.row(r), row.data(), w.n_cols);
    std::copy(row.begin(), row.end(), decoded_.begin() + r * w.n_cols);
  }
  return decoded_.data();
}

template <class T>
void Compute<T>::multiply(int64_t n, const T* x, const Parameter<T>& w, T* y, bool accumulate) {
  if constexpr (kIsFloat<T>) {
    const StridedMatrix a{x, w.n_cols, 1};
    if (w.value.empty()) {
      return ondol::multiply(pool_, precision_, n, a, w.encoded, true, y, w.n_rows, accumulate, gemm_);
    }
    ondol::multiply(pool_, precision_, n, w.n_rows, w.n_cols, a, {w.value.data(), 1, w.n_cols}, y, w.n_rows, accumulate,
                    gemm_);
  } else {
    operations::multiply<T>(n, w.n_rows, w.n_cols, {x, w.n_cols, 1}, {values(w), 1, w.n_cols}, y, w.n_rows, accumulate);
  }
}

template <class T>
void Compute<T>::multiply_backward(int64_t n, const T* dy, const Parameter<T>& w, T* dx, bool accumulate) {
  if constexpr (kIsFloat<T>) {
    const StridedMatrix a{dy, w.n_rows, 1};
    if (w.value.empty()) {
      return ondol::multiply(pool_, precision_, n, a, w.encoded, false, dx, w.n_cols, accumulate, gemm_);
    }
    ondol::multiply(pool_, precision_, n, w.n_cols, w.n_rows, a, {w.value.data(), w.n_cols, 1}, dx, w.n_cols,
                    accumulate, gemm_);
  } else {
    operations::multiply<T>(n, w.n_cols, w.n_rows, {dy, w.n_rows, 1}, {values(w), w.n_cols, 1}, dx, w.n_cols,
                            accumulate);
  }
}

template <class T>
void Compute<T>::add_weight_gradient(int64_t n, const T* dy, const T* x, Parameter<T>& w) {
  if (!w.trained) return;
  if constexpr (kIsFloat<T>) {
    ondol::multiply(pool_, precision_, w.n_rows, w.n_cols, n, {dy, 1, w.n_rows}, {x, w.n_cols, 1}, w.gradient.data(),
                    w.n_cols, true, gemm_);
  } else {
    operations::multiply<T>(w.n_rows, w.n_cols, n, {dy, 1, w.n_rows}, {x, w.n_cols, 1}, w.gradient.data(), w.n_cols,
                            true);
  }
}

template <class T>
void Compute<T>::add_bias_gradient(int64_t n, const T* dy, T scale, Parameter<T>* bias) {
  if (bias == nullptr || !bias->trained) return;
  constexpr int64_t kColumns = 256;
  const int64_t size = bias->n_cols;
  pool_.for_each(divide_up(size, kColumns), [&](int64_t piece, int) {
    const int64_t last = std::min(size, (piece + 1) * kColumns);
    for (int64_t row = 0; row < n; ++row) {
      for (int64_t j = piece * kColumns; j < last; ++j) {
        bias->gradient[static_cast<size_t>(j)] += scale * dy[row * size + j];
      }
    }
  });
}

template <class T>
void Compute<T>::normalize(Norm kind, T eps, const TrainedNorm<T>& norm, const T* x, T* y, int64_t n_rows,
                           int64_t size) {
  const int64_t period = norm.weight->n_cols / size;
  for_rows(n_rows, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const int64_t at = row % period * size;
      const T* weight = norm.weight->value.data() + at;
      const T* bias = norm.bias ? norm.bias->value.data() + at : nullptr;
      if constexpr (kIsFloat<T>) {
        if (kind == Norm::kRms) kernels().rms_norm(x + row * size, weight, eps, y + row * size, size);
        else kernels().layer_norm(x + row * size, weight, bias, eps, y + row * size, size);
      } else {
        if (kind == Norm::kRms) operations::rms_norm(x + row * size, weight, eps, y + row * size, size);
        else operations::layer_norm(x + row * size, weight, bias, eps, y + row * size, size);
      }
    }
  });
}

template <class T>
void Compute<T>::normalize_backward(Norm kind, T eps, const TrainedNorm<T>& norm, const T* x, const T* dy, T* dx,
                                    int64_t n_rows, int64_t size) {
  const bool trains_weight = norm.weight->trained, trains_bias = norm.bias && norm.bias->trained;
  const int64_t width = norm.weight->n_cols, period = width / size;
  const int64_t n_blocks = divide_up(n_rows, kRowBlock);
  // Of each block: its sums of weight gradients, then of bias gradients.
  if (trains_weight || trains_bias) partial_.assign(static_cast<size_t>(n_blocks * 2 * width), T(0));
  for_rows(n_rows, [&](int64_t first, int64_t last) {
    T* sums = partial_.data() + first / kRowBlock * 2 * width;
    for (int64_t row = first; row < last; ++row) {
      const int64_t at = row % period * size;
      const T* weight = norm.weight->value.data() + at;
      T* dweight = trains_weight ? sums + at : nullptr;
      T* dbias = trains_bias ? sums + width + at : nullptr;
      const T *x_row = x + row * size, *dy_row = dy + row * size;
      if constexpr (kIsFloat<T>) {
        const TrainingKernels& kernel = training_kernels();
        if (kind == Norm::kRms) kernel.rms_norm_backward(x_row, weight, eps, dy_row, dx + row * size, dweight, size);
        else kernel.layer_norm_backward(x_row, weight, eps, dy_row, dx + row * size, dweight, dbias, size);
      } else {
        if (kind == Norm::kRms) {
          operations::rms_norm_backward(x_row, weight, eps, dy_row, dx + row * size, dweight, size);
        } else {
          operations::layer_norm_backward(x_row, weight, eps, dy_row, dx + row * size, dweight, dbias, size);
        }
      }
    }
  });
  for (int64_t block = 0; block < n_blocks; ++block) {
    const T* sums = partial_.data() + block * 2 * width;
    for (int64_t j = 0; trains_weight && j < width; ++j) norm.weight->gradient[static_cast<size_t>(j)] += sums[j];
    for (int64_t j = 0; trains_bias && j < width; ++j) norm.bias->gradient[static_cast<size_t>(j)] += sums[width + j];
  }
}

template <class T>
void Compute<T>::activate(Activation kind, const T* x, T* y, int64_t n) {
  for_pieces(pool_, n, [&](int64_t at, int64_t count) {
    if constexpr (kIsFloat<T>) kernels().activate(kind, x + at, y + at, count);
    else operations::activate(kind, x + at, y + at, count);
  });
}

template <class T>
void Compute<T>::activate_backward(Activation kind, const T* x, const T* dy, T* dx, int64_t n) {
  for_pieces(pool_, n, [&](int64_t at, int64_t count) {
    if constexpr (kIsFloat<T>) training_kernels().activate_backward(kind, x + at, dy + at, dx + at, count);
    else operations::activate_backward(kind, x + at, dy + at, dx + at, count);
  });
}

template <class T>
void Compute<T>::gate(Activation kind, const T* gate, const T* up, T* y, int64_t n) {
  for_pieces(pool_, n, [&](int64_t at, int64_t count) {
    if constexpr (kIsFloat<T>) kernels().gate(kind, gate + at, up + at, y + at, count);
    else operations::gate(kind, gate + at, up + at, y + at, count);
  });
}

template <class T>
void Compute<T>::gate_backward(Activation kind, const T* gate, const T* up, const T* dy, T* dgate, T* dup, int64_t n) {
  for_pieces(pool_, n, [&](int64_t at, int64_t count) {
    if constexpr (kIsFloat<T>) {
      training_kernels().gate_backward(kind, gate + at, up + at, dy + at, dgate + at, dup + at, count);
    } else {
      operations::gate_backward(kind, gate + at, up + at, dy + at, dgate + at, dup + at, count);
    }
  });
}

template <class T>
void Compute<T>::prepare_attention(int64_t n_tokens, int head_dim) {
  attention_.resize(static_cast<size_t>(pool_.n_threads()));
  if constexpr (kIsFloat<T>) {
    const auto bytes = static_cast<size_t>(training_kernels().attend_scratch_bytes(n_tokens, head_dim) + 64);
    for (auto& scratch : attention_) {
      if (scratch.size() < bytes) scratch.resize(bytes);
    }
  } else {
    (void)n_tokens, (void)head_dim;
  }
}

namespace {

uint8_t* aligned(std::vector<uint8_t>& memory) {
  const auto at = reinterpret_cast<uintptr_t>(memory.data());
  return memory.data() + (64 - at % 64) % 64;
}

}  // namespace

template <class T>
void Compute<T>::attend(const operations::AttentionView<T>& in, T* out, T* log_sum, int thread) {
  if constexpr (kIsFloat<T>) {
    training_kernels().attend(kernel_view(in), out, log_sum, aligned(attention_[static_cast<size_t>(thread)]));
  } else {
    (void)thread;
    operations::attend(in, out, log_sum);
  }
}

template <class T>
void Compute<T>::attend_backward(const operations::AttentionView<T>& in, const T* out, const T* log_sum, const T* dout,
                                 const operations::AttentionGradient<T>& gradient, int thread) {
  if constexpr (kIsFloat<T>) {
    training_kernels().attend_backward(kernel_view(in), out, log_sum, dout,
                                       {gradient.q, gradient.k, gradient.v, gradient.sink},
                                       aligned(attention_[static_cast<size_t>(thread)]));
  } else {
    (void)thread;
    operations::attend_backward(in, out, log_sum, dout, gradient);
  }
}

template <class T>
void Compute<T>::rope(T* x, int n_heads, int head_dim, int n_dims, const T* cos, const T* sin, bool interleaved) {
  if constexpr (kIsFloat<T>) kernels().rope(x, n_heads, head_dim, n_dims, cos, sin, interleaved);
  else operations::rope(x, n_heads, head_dim, n_dims, cos, sin, interleaved);
}

template <class T>
T Compute<T>::log_sum_exp(const T* x, int64_t n) {
  if constexpr (kIsFloat<T>) {
    const float max = training_kernels().max(x, n);
    return max + std::log(training_kernels().sum_exp(x, max, n));
  } else {
    return operations::log_sum_exp(x, n);
  }
}

template <class T>
void Compute<T>::exp_shifted(const T* x, T shift, T factor, T* y, int64_t n) {
  if constexpr (kIsFloat<T>) training_kernels().exp_shifted(x, shift, factor, y, n);
  else
    for (int64_t i = 0; i < n; ++i) y[i] = std::exp(x[i] - shift) * factor;
}

template class Compute<float>;
template class Compute<double>;

}  // namespace ondol
