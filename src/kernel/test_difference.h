// Any weight bits and any activations give the same product in every table: for the fuzzer and for its long run.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "base/random.h"
#include "kernel/dispatch.h"
#include "kernel/test_products.h"
#include "tensor/test_blocks.h"

namespace ondol {

struct ProductCase {
  DType dtype;
  int64_t n_rows, n_cols, n_tokens;
  std::vector<uint8_t> blocks;  // file layout, all bit patterns
  std::vector<float> x;         // [n_tokens, n_cols]

  int64_t n_blocks() const { return n_rows * n_cols / dtype.info().block_weights; }
};

// Activations of many kinds, among them what no model should produce.
inline float draw_activation(SplitMix64& random, int64_t kind) {
  const auto x = static_cast<float>(random.uniform() * 2 - 1);
  const auto bits = static_cast<uint32_t>(random.next());
  float any;
  std::memcpy(&any, &bits, sizeof any);
  switch (kind) {
    case 0:
      return x;
    case 1:
      return random.below(4) == 0 ? x : 0;
    case 2:
      return x * 1e30f;
    case 3:
      return x * 1e-40f;
    case 4:
      return std::isfinite(any) ? any : x;
    case 5:
      return any;
    case 6:
      return random.below(64) == 0 ? x * 1000 : x * 0.01f;
    default:
      return random.below(200) == 0 ? std::numeric_limits<float>::infinity() : x;
  }
}

// Sizes and activations follow from `seed`; the weights are `bits`, repeated.
inline ProductCase make_product_case(DType dtype, uint64_t seed, std::span<const uint8_t> bits) {
  SplitMix64 random(seed);
  const int block = dtype.info().block_weights;
  const int64_t most_blocks = block == 1 ? 300 : 1024 / block;
  ProductCase made{.dtype = dtype,
                   .n_rows = 1 + random.below(40),
                   .n_cols = block * (1 + random.below(most_blocks)),
                   .n_tokens = 1 + random.below(random.below(8) == 0 ? 16 : 9)};
  made.blocks.resize(static_cast<size_t>(dtype.size_bytes(made.n_rows * made.n_cols)));
  for (size_t i = 0; i < made.blocks.size() && !bits.empty(); ++i) made.blocks[i] = bits[i % bits.size()];
  const int64_t kind = random.below(8);
  made.x.resize(static_cast<size_t>(made.n_tokens * made.n_cols));
  for (float& value : made.x) value = draw_activation(random, kind);
  return made;
}

// Where a table first differs from the scalar one, in words; "" when none does.  A number that is none may differ in
// its bits.
inline std::string product_difference(const ProductCase& c) {
  std::vector<uint8_t> run(static_cast<size_t>(run_layout_bytes(c.dtype, c.n_rows, c.n_cols)));
  to_run_layout({c.blocks.data(), c.dtype, Shape{c.n_rows, c.n_cols}}, 0, divide_up(c.n_rows, kPanelRows), run.data());
  const WeightView view{run.data(), c.dtype, c.n_rows, c.n_cols};
  std::vector<float> expected(static_cast<size_t>(c.n_tokens * c.n_rows)), y(expected.size());
  ReadyProduct(*runnable()[0], view, c.x, c.n_tokens).run(expected);
  for (const Kernels* table : runnable().subspan(1)) {
    ReadyProduct(*table, view, c.x, c.n_tokens).run(y);
    for (size_t i = 0; i < y.size(); ++i) {
      if (same_number(y[i], expected[i])) continue;
      return std::string(table->isa) + " " + c.dtype.name() + " " + std::to_string(c.n_rows) + "x" +
             std::to_string(c.n_cols) + ", " + std::to_string(c.n_tokens) + " tokens, at " + std::to_string(i) + ": " +
             std::to_string(y[i]) + " instead of " + std::to_string(expected[i]);
    }
  }
  return "";
}

}  // namespace ondol
