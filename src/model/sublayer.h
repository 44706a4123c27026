// What the sublayers share: a step under way, the input of a product, and several products at once.
#pragma once

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

// A matrix and where its product goes: y [n_tokens, w.n_rows].
struct Product {
  const WeightView& w;
  float* y;
};

// Calls body(first, last) for blocks of tokens of the step, each on one thread; first is a multiple of the kernels'
// token tile, so that blocks may be quantised apart.
template <class Body>
void for_each_token_block(Step& step, int64_t n_tokens, Body&& body) {
  const int64_t tile = step.kernel.token_tile;
  const int64_t block = tile * std::max<int64_t>(1, 16 / tile);
  step.pool.for_each((n_tokens + block - 1) / block, [&](int64_t piece, int) {
    body(piece * block, std::min(n_tokens, (piece + 1) * block));
  });
}

// x [n_tokens, n_cols] as input of products; quantised when one of `matrices` needs it.
ProductInput make_input(Step& step, const float* x, int64_t n_tokens, std::initializer_list<Product> matrices);

// RMS-normalises the residual stream into work.input.
void normalize(Step& step, const float* weight);

// All products of one input, their rows shared over the threads.
void multiply(Step& step, const ProductInput& input, std::initializer_list<Product> products);

// hidden += work.result
void add_result(Step& step);

}  // namespace ondol
