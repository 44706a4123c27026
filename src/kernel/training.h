// The table of functions every CPU family fills for training: what the backward pass and the optimiser need beyond
// kernel/kernels.h.  Plain data only, as there.
//
// The contract is the same: the order of every sum is fixed and does not depend on batch or threads.  No function
// allocates, locks or fails; each may be called from several threads at once on disjoint outputs.
#pragma once

#include <cstdint>

#include "kernel/kernels.h"

namespace ondol {

// A matrix of f32 wherever its elements lie: element (i, j) at data[i * row_stride + j * column_stride].  One of the
// strides is 1.
struct StridedMatrix {
  const float* data;
  int64_t row_stride, column_stride;
};

// One query head over one sequence: token t sees keys max(0, t - window + 1) .. t of its own sequence.
struct TrainingAttention {
  const float* q;  // token t's query at q + t * q_stride
  const float* k;  // its key at k + t * kv_stride
  const float* v;  // its value at v + t * kv_stride
  int64_t q_stride, kv_stride;
  int64_t n_tokens;
  int head_dim;
  float scale;        // multiplies q . k
  float soft_cap;     // c: scores become c tanh(score / c); 0: none
  int64_t window;     // 0: all
  const float* sink;  // [1] a score that only takes its share of the softmax; null: none
};
// Gradients of the same places and strides; all are added to.
struct TrainingAttentionGradient {
  float *q, *k, *v;
  float* sink;  // [1]; null where there is none
};

// Settings of one AdamW step.  Source: Loshchilov and Hutter 2019 (Decoupled weight decay), algorithm 2.
struct AdamWStep {
  float learning_rate;
  float beta1, beta2, eps;
  float weight_decay;              // times learning_rate, as in PyTorch
  float correction1, correction2;  // 1 - beta^step
  float gradient_scale;            // multiplies the gradient first: clipping, and the mean over the batch
};

struct TrainingKernels {
  const char* isa;  // "scalar", "avx2", "avx512", "amx", "neon"

  // Blocks of a product C [m, n] = A [m, k] B [k, n] in f32 sums.  Both operands are packed first: A in strips of
  // strip_rows, B in strips of strip_columns, elements rounded to bf16 where `bf16`.  A strip is `k` long; a last strip
  // that is narrower is filled with zeros.  The f32 products are the same bits in every table, the bf16 ones within
  // 2 k 2^-24 of the sum of magnitudes of the scalar table's (generic/train_gemm_bf16.h).
  struct Gemm {
    int strip_rows, strip_columns;
    int64_t (*packed_bytes)(int64_t width, int64_t k);  // of one strip, width = strip_rows or strip_columns
    // Strip of rows [first, first + n) of A (n <= strip_rows), or of columns of B; columns [k0, k0 + k) of it.
    void (*pack_a)(const StridedMatrix& a, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out);
    void (*pack_b)(const StridedMatrix& b, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out);
    // c[i * c_stride + j] (+)= the product of packed strips of A, one after another, with one of B; n_rows and
    // n_columns of it are written.
    void (*multiply)(const uint8_t* a, const uint8_t* b, int64_t k, float* c, int64_t c_stride, int64_t n_rows,
                     int64_t n_columns, bool accumulate);
  };
  Gemm f32;
  Gemm bf16;  // multiply is null where the family has no bf16 products

  // Rows of a matrix in file layout as floats.    in: n elements of the type; out [n]
  void (*f16_to_floats)(const uint8_t* in, float* out, int64_t n);
  void (*bf16_to_floats)(const uint8_t* in, float* out, int64_t n);

  // dx += gradient of rms_norm(x) * weight, dweight += its own.    all [n]; dweight may be null
  void (*rms_norm_backward)(const float* x, const float* weight, float eps, const float* dy, float* dx, float* dweight,
                            int64_t n);
  // The same of layer_norm; dweight and dbias may be null.
  void (*layer_norm_backward)(const float* x, const float* weight, float eps, const float* dy, float* dx,
                              float* dweight, float* dbias, int64_t n);
  // dx = dy * activation'(x).    all [n]; dx may be dy
  void (*activate_backward)(Activation activation, const float* x, const float* dy, float* dx, int64_t n);
  // Of y = activation(gate) * up:  dgate = dy * up * activation'(gate), dup = dy * activation(gate).    all [n]; dup
  // may be dy
  void (*gate_backward)(Activation activation, const float* gate, const float* up, const float* dy, float* dgate,
                        float* dup, int64_t n);

  // max(x), and sum of exp(x - max).
  float (*max)(const float* x, int64_t n);
  float (*sum_exp)(const float* x, float max, int64_t n);
  // y = exp(x - shift) * factor.    [n]; y may be x
  void (*exp_shifted)(const float* x, float shift, float factor, float* y, int64_t n);

  // out token t at out + t * q_stride: softmax(scale q k) v; log_sum[t]: log of the softmax's denominator.
  //   scratch  attend_scratch_bytes(n_tokens, head_dim), 64-byte aligned, the calling thread's own
  void (*attend)(const TrainingAttention& in, float* out, float* log_sum, uint8_t* scratch);
  // Adds the gradients; out and log_sum are what attend() wrote.  dout has out's places.
  void (*attend_backward)(const TrainingAttention& in, const float* out, const float* log_sum, const float* dout,
                          const TrainingAttentionGradient& gradient, uint8_t* scratch);
  int64_t (*attend_scratch_bytes)(int64_t n_tokens, int head_dim);

  // sum of x^2, in double.
  double (*sum_of_squares)(const float* x, int64_t n);
  // One step for n parameters with their gradients and first and second moments.
  void (*adamw)(const AdamWStep& step, const float* gradient, float* parameter, float* first, float* second, int64_t n);
};

}  // namespace ondol
