// Every operation of training and its gradient, in plain loops over T: the definition.  In double it is checked against
// central differences, in float the CPU families' tables (kernel/training.h) are checked against it.
//
// A gradient function takes dy, the gradient of the loss by the operation's output, and adds that by its inputs to dx.
// Rows lie one after another; sums go from the first element to the last.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernel/kernels.h"

namespace ondol::operations {

// ---- products

// c[i, j] (+)= sum over k of a(i, k) b(k, j), both by strides.    a [m, k], b [k, n]
template <class T>
struct Strided {
  const T* data;
  int64_t row_stride, column_stride;
};
template <class T>
void multiply(int64_t m, int64_t n, int64_t k, Strided<T> a, Strided<T> b, T* c, int64_t c_stride, bool accumulate) {
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      T sum = 0;
      for (int64_t p = 0; p < k; ++p) {
        sum += a.data[i * a.row_stride + p * a.column_stride] * b.data[p * b.row_stride + j * b.column_stride];
      }
      c[i * c_stride + j] = accumulate ? c[i * c_stride + j] + sum : sum;
    }
  }
}

// ---- norms

// y = x / sqrt(mean(x^2) + eps) * weight
template <class T>
void rms_norm(const T* x, const T* weight, T eps, T* y, int64_t n) {
  T sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += x[i] * x[i];
  const T scale = 1 / std::sqrt(sum / static_cast<T>(n) + eps);
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] * scale * weight[i];
}

// With s = 1 / sqrt(mean(x^2) + eps), g = dy * weight:  dx += s g - s^3 x mean(g x),  dweight += dy s x.
template <class T>
void rms_norm_backward(const T* x, const T* weight, T eps, const T* dy, T* dx, T* dweight, int64_t n) {
  T sum = 0, dot = 0;
  for (int64_t i = 0; i < n; ++i) {
    sum += x[i] * x[i];
    dot += dy[i] * weight[i] * x[i];
  }
  const T scale = 1 / std::sqrt(sum / static_cast<T>(n) + eps);
  const T along = scale * scale * scale * (dot / static_cast<T>(n));
  for (int64_t i = 0; i < n; ++i) {
    dx[i] += scale * dy[i] * weight[i] - along * x[i];
    if (dweight) dweight[i] += dy[i] * scale * x[i];
  }
}

// Mean, and 1 / sqrt(variance + eps).
template <class T>
struct Spread {
  T mean, scale;
};
template <class T>
Spread<T> spread_of(const T* x, T eps, int64_t n) {
  T mean = 0, variance = 0;
  for (int64_t i = 0; i < n; ++i) mean += x[i];
  mean /= static_cast<T>(n);
  for (int64_t i = 0; i < n; ++i) variance += (x[i] - mean) * (x[i] - mean);
  return {mean, 1 / std::sqrt(variance / static_cast<T>(n) + eps)};
}

// y = (x - mean) / sqrt(variance + eps) * weight + bias; bias may be null.
template <class T>
void layer_norm(const T* x, const T* weight, const T* bias, T eps, T* y, int64_t n) {
  const Spread<T> spread = spread_of(x, eps, n);
  for (int64_t i = 0; i < n; ++i) { y[i] = (x[i] - spread.mean) * spread.scale * weight[i] + (bias ? bias[i] : 0); }
}

// With z the normalised x, g = dy * weight:  dx += s (g - mean(g) - z mean(g z)),  dweight += dy z,  dbias += dy.
template <class T>
void layer_norm_backward(const T* x, const T* weight, T eps, const T* dy, T* dx, T* dweight, T* dbias, int64_t n) {
  const Spread<T> spread = spread_of(x, eps, n);
  T sum = 0, dot = 0;
  for (int64_t i = 0; i < n; ++i) {
    const T g = dy[i] * weight[i];
    sum += g;
    dot += g * (x[i] - spread.mean) * spread.scale;
  }
  for (int64_t i = 0; i < n; ++i) {
    const T z = (x[i] - spread.mean) * spread.scale;
    dx[i] += spread.scale * (dy[i] * weight[i] - (sum + z * dot) / static_cast<T>(n));
    if (dweight) dweight[i] += dy[i] * z;
    if (dbias) dbias[i] += dy[i];
  }
}

// ---- activations

template <class T>
T activation(Activation kind, T x) {
  if (kind == Activation::kSilu) return x / (1 + std::exp(-x));
  const T inner = T(0.7978845608028653558798921198687) * (x + T(0.044715) * x * x * x);
  return x / 2 * (1 + std::tanh(inner));
}

template <class T>
T activation_slope(Activation kind, T x) {
  if (kind == Activation::kSilu) {
    const T sigmoid = 1 / (1 + std::exp(-x));
    return sigmoid * (1 + x * (1 - sigmoid));
  }
  constexpr T kRoot = T(0.7978845608028653558798921198687);  // sqrt(2 / pi)
  const T tanh = std::tanh(kRoot * (x + T(0.044715) * x * x * x));
  return (1 + tanh) / 2 + x / 2 * (1 - tanh * tanh) * kRoot * (1 + T(3 * 0.044715) * x * x);
}

// y = activation(x)
template <class T>
void activate(Activation kind, const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = activation(kind, x[i]);
}
// dx = dy activation'(x); dx may be dy.
template <class T>
void activate_backward(Activation kind, const T* x, const T* dy, T* dx, int64_t n) {
  for (int64_t i = 0; i < n; ++i) dx[i] = dy[i] * activation_slope(kind, x[i]);
}

// y = activation(gate) up
template <class T>
void gate(Activation kind, const T* gate, const T* up, T* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = activation(kind, gate[i]) * up[i];
}
// dgate = dy up activation'(gate), dup = dy activation(gate); dup may be dy.
template <class T>
void gate_backward(Activation kind, const T* gate, const T* up, const T* dy, T* dgate, T* dup, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const T d = dy[i];
    dgate[i] = d * up[i] * activation_slope(kind, gate[i]);
    dup[i] = d * activation(kind, gate[i]);
  }
}

// y = cap tanh(x / cap), and of y its slope 1 - (y / cap)^2.
template <class T>
T soft_cap(T x, T cap) {
  return cap * std::tanh(x / cap);
}
template <class T>
T soft_cap_slope(T y, T cap) {
  return 1 - y / cap * (y / cap);
}

// ---- rotation

// Rotates pairs of x [n_heads, head_dim] by cos and sin [n_dims / 2]: (2i, 2i + 1) when interleaved, else
// (i, i + n_dims / 2).  A gradient is rotated back, by the negative of sin.
template <class T>
void rope(T* x, int n_heads, int head_dim, int n_dims, const T* cos, const T* sin, bool interleaved) {
  const int half = n_dims / 2;
  for (int head = 0; head < n_heads; ++head, x += head_dim) {
    for (int i = 0; i < half; ++i) {
      T& first = x[interleaved ? 2 * i : i];
      T& second = x[interleaved ? 2 * i + 1 : i + half];
      const T a = first, b = second, s = sin[i];
      first = a * cos[i] - b * s;
      second = a * s + b * cos[i];
    }
  }
}

// ---- attention of one query head over one sequence (kernel/training.h, TrainingAttention)

template <class T>
struct AttentionView {
  const T *q, *k, *v;
  int64_t q_stride, kv_stride;
  int64_t n_tokens;
  int head_dim;
  T scale;
  T soft_cap;      // 0: none
  int64_t window;  // 0: all
  const T* sink;   // null: none
};
template <class T>
struct AttentionGradient {
  T *q, *k, *v;
  T* sink;
};

template <class T>
int64_t first_seen(const AttentionView<T>& in, int64_t t) {
  return in.window > 0 ? std::max<int64_t>(0, t - in.window + 1) : 0;
}

template <class T>
T attention_score(const AttentionView<T>& in, int64_t t, int64_t p) {
  T dot = 0;
  for (int d = 0; d < in.head_dim; ++d) dot += in.q[t * in.q_stride + d] * in.k[p * in.kv_stride + d];
  dot *= in.scale;
  return in.soft_cap > 0 ? soft_cap(dot, in.soft_cap) : dot;
}

// out[t] = sum over seen p of exp(s_p - log_sum) v[p], log_sum = log(sum of exp(s_p) [+ exp(sink)]).
template <class T>
void attend(const AttentionView<T>& in, T* out, T* log_sum) {
  std::vector<T> share(static_cast<size_t>(in.n_tokens));
  for (int64_t t = 0; t < in.n_tokens; ++t) {
    T max = in.sink ? *in.sink : -std::numeric_limits<T>::infinity();
    const int64_t first = first_seen(in, t);
    for (int64_t p = first; p <= t; ++p) {
      const T score = attention_score(in, t, p);
      share[static_cast<size_t>(p)] = score;
      max = std::max(max, score);
    }
    T total = in.sink ? std::exp(*in.sink - max) : 0;
    for (int64_t p = first; p <= t; ++p) total += std::exp(share[static_cast<size_t>(p)] - max);
    log_sum[t] = max + std::log(total);
    T* y = out + t * in.q_stride;
    for (int d = 0; d < in.head_dim; ++d) y[d] = 0;
    for (int64_t p = first; p <= t; ++p) {
      const T weight = std::exp(share[static_cast<size_t>(p)] - log_sum[t]);
      for (int d = 0; d < in.head_dim; ++d) y[d] += weight * in.v[p * in.kv_stride + d];
    }
  }
}

// With w_p the share of p, D = dout . out:  dv[p] += w_p dout,  ds_p = w_p (dout . v[p] - D),  dsink -= w_sink D,
// then through the cap and the scaled dot product.   Source: Dao et al. 2022 (FlashAttention), appendix B.2.
template <class T>
void attend_backward(const AttentionView<T>& in, const T* out, const T* log_sum, const T* dout,
                     const AttentionGradient<T>& gradient) {
  for (int64_t t = 0; t < in.n_tokens; ++t) {
    const T* dy = dout + t * in.q_stride;
    T along = 0;
    for (int d = 0; d < in.head_dim; ++d) along += dy[d] * out[t * in.q_stride + d];
    if (in.sink) *gradient.sink -= std::exp(*in.sink - log_sum[t]) * along;
    for (int64_t p = first_seen(in, t); p <= t; ++p) {
      const T score = attention_score(in, t, p);
      const T weight = std::exp(score - log_sum[t]);
      T dot = 0;
      for (int d = 0; d < in.head_dim; ++d) {
        dot += dy[d] * in.v[p * in.kv_stride + d];
        gradient.v[p * in.kv_stride + d] += weight * dy[d];
      }
      T dscore = weight * (dot - along);
      if (in.soft_cap > 0) dscore *= soft_cap_slope(score, in.soft_cap);
      dscore *= in.scale;
      for (int d = 0; d < in.head_dim; ++d) {
        gradient.q[t * in.q_stride + d] += dscore * in.k[p * in.kv_stride + d];
        gradient.k[p * in.kv_stride + d] += dscore * in.q[t * in.q_stride + d];
      }
    }
  }
}

// ---- losses of one row of logits

// log(sum of exp(x))
template <class T>
T log_sum_exp(const T* x, int64_t n) {
  T max = x[0], sum = 0;
  for (int64_t i = 1; i < n; ++i) max = std::max(max, x[i]);
  for (int64_t i = 0; i < n; ++i) sum += std::exp(x[i] - max);
  return max + std::log(sum);
}

// Returns -weight log softmax(logits)[target], and puts its gradient by the logits in their place.
template <class T>
T cross_entropy(T* logits, int64_t n, int64_t target, T weight) {
  const T log_sum = log_sum_exp(logits, n);
  const T loss = weight * (log_sum - logits[target]);
  for (int64_t i = 0; i < n; ++i) logits[i] = weight * std::exp(logits[i] - log_sum);
  logits[target] -= weight;
  return loss;
}

// What a student is drawn to its teacher by, of distributions p (teacher) and q (student).
enum class Divergence {
  kForward,        // sum of p log(p / q): the student covers all the teacher may say
  kReverse,        // sum of q log(q / p): it stays where the teacher is
  kJensenShannon,  // half of each, against their mean
};

// One term of the divergence, and its slope by q.
template <class T>
struct DivergenceTerm {
  T value, slope;
};
template <class T>
DivergenceTerm<T> divergence_term(Divergence kind, T p, T q) {
  const T mean = (p + q) / 2;
  switch (kind) {
    case Divergence::kForward:
      return {p > 0 ? p * std::log(p / q) : 0, -p / q};
    case Divergence::kReverse:
      return {q * std::log(q / p), std::log(q / p) + 1};
    case Divergence::kJensenShannon:
      break;
  }
  return {(p > 0 ? p / 2 * std::log(p / mean) : 0) + q / 2 * std::log(q / mean), std::log(q / mean) / 2};
}

// The divergence of the student's softmax(logits / temperature) from a teacher of whom the likeliest tokens are known
// and of all others what they have together (Anshumann et al. 2025, Sparse logit sampling, section 2): those count as
// one.  Both sides are held above kLeastShare, so that no term is infinite.  Returns weight * temperature^2 times it,
// and puts its gradient in the place of the logits.   Source: Hinton et al. 2015 (Distilling), section 2.
template <class T>
struct TeacherRow {
  const int32_t* tokens;  // [n]
  const T* shares;        // [n]  probabilities at that temperature; what is left is the others'
  int n;
};
inline constexpr double kLeastShare = 1e-7;
template <class T>
T distill(Divergence kind, const TeacherRow<T>& teacher, T temperature, T weight, T* logits, int64_t n) {
  T max = logits[0], sum = 0, known = 0, q_known = 0;
  for (int64_t i = 1; i < n; ++i) max = std::max(max, logits[i]);
  for (int64_t i = 0; i < n; ++i) {
    logits[i] = std::exp((logits[i] - max) / temperature);
    sum += logits[i];
  }
  for (int64_t i = 0; i < n; ++i) logits[i] /= sum;
  const T least = T(kLeastShare);
  T loss = 0, mean_slope = 0;
  std::vector<T> slopes(static_cast<size_t>(teacher.n));
  const auto add = [&](T p, T q) {
    const DivergenceTerm<T> term = divergence_term(kind, std::max(p, least), std::max(q, least));
    loss += term.value;
    const T slope = q > least ? term.slope : 0;
    mean_slope += q * slope;
    return slope;
  };
  for (int i = 0; i < teacher.n; ++i) {
    const T q = logits[teacher.tokens[i]];
    slopes[static_cast<size_t>(i)] = add(teacher.shares[i], q);
    known += teacher.shares[i];
    q_known += q;
  }
  const T others = teacher.n < n ? add(1 - known, 1 - q_known) : 0;
  // dq_j = q_j (slope of its group - mean slope) / temperature
  const T factor = weight * temperature;
  std::vector<T> kept(static_cast<size_t>(teacher.n));
  for (int i = 0; i < teacher.n; ++i) kept[static_cast<size_t>(i)] = logits[teacher.tokens[i]];
  for (int64_t i = 0; i < n; ++i) logits[i] *= factor * (others - mean_slope);
  for (int i = 0; i < teacher.n; ++i) {
    logits[teacher.tokens[i]] = factor * kept[static_cast<size_t>(i)] * (slopes[static_cast<size_t>(i)] - mean_slope);
  }
  return weight * temperature * temperature * loss;
}

// ---- the optimiser

// One AdamW step for n parameters.   Source: Loshchilov and Hutter 2019, algorithm 2, in PyTorch's order:
//   p -= rate decay p,  m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,
//   p -= rate (m / c1) / (sqrt(v / c2) + eps)
template <class T, class Step>
void adamw(const Step& step, const T* gradient, T* parameter, T* first, T* second, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const T g = gradient[i] * T(step.gradient_scale);
    parameter[i] -= T(step.learning_rate) * T(step.weight_decay) * parameter[i];
    first[i] = T(step.beta1) * first[i] + (1 - T(step.beta1)) * g;
    second[i] = T(step.beta2) * second[i] + (1 - T(step.beta2)) * g * g;
    parameter[i] -= T(step.learning_rate) * (first[i] / T(step.correction1)) /
                    (std::sqrt(second[i] / T(step.correction2)) + T(step.eps));
  }
}

}  // namespace ondol::operations
