// What the sublayers share: a step under way, the input of a product, and several products at once.
#pragma once

#include <algorithm>
#include <initializer_list>

#include "kernel/dispatch.h"
#include "model/forward.h"

namespace ondol {

// One call of forward().
struct Step {
  const Model& model;
  const Batch& batch;
  Workspace& work;
  ThreadPool& pool;
  const Kernels& kernel;
  int64_t n_tokens;
};

// A matrix and where its product goes: y [n_tokens, n_rows], y = w.matrix x [* w.scale] [+ w.bias] [+ w.adapted].
struct Product {
  const Linear& w;
  float* y;
};

// Calls body(first, last) for blocks of tokens of the step, each on one thread; first is a multiple of the kernels'
// token tile, so that blocks may be quantised apart.
template <class Body>
void for_each_token_block(Step& step, int64_t n_tokens, Body&& body) {
  const int64_t tile = step.kernel.token_tile;
  const int64_t block = tile * std::max<int64_t>(1, 16 / tile);
  step.pool.for_each((n_tokens + block - 1) / block,
                     [&](int64_t piece, int) { body(piece * block, std::min(n_tokens, (piece + 1) * block)); });
}

// Rows of a product over `n_tokens` tokens that a thread takes at a time, a multiple of kPanelRows.
int64_t rows_per_piece(const WeightView& w, int64_t n_tokens, int n_threads);

// x [n_tokens, n_cols] as input of products; quantised when one of `matrices` needs it, and multiplied by the first
// halves of their adapters into work.low_rank.
ProductInput make_input(Step& step, const float* x, int64_t n_tokens, std::initializer_list<Product> matrices);

// y = the model's kind of norm of x.    x, y, weight, bias [n]; y may be x
void normalize_row(const Step& step, const NormWeights& norm, const float* x, float* y, int64_t n);

// Normalises x [n_tokens, n] in place, where there is a norm.
void normalize_in_place(Step& step, const NormWeights& norm, float* x, int64_t n);

// Normalises `source` [n_tokens, hidden] into work.input; copies it where there is no norm.
void normalize(Step& step, const float* source, const NormWeights& norm);

// y[t, r] = dot(row r of w, token t) for r in rows; y [n_tokens, w.n_rows].  A matrix in file layout is brought into
// run layout in the thread's scratch, some panels at a time.
void multiply_rows(const Step& step, const ProductInput& input, const WeightView& w, float* y, Rows rows, int thread);

// The same of a product, with its scale, bias and adapters.
void multiply_rows(const Step& step, const ProductInput& input, const Product& product, Rows rows, int thread);

// All products of one input, their rows shared over the threads.
void multiply(Step& step, const ProductInput& input, std::initializer_list<Product> products);

// hidden += residual_scale * norm(work.result), the norm where there is one
void add_result(Step& step, const NormWeights& post_norm);

}  // namespace ondol
