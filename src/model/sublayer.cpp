#include "model/sublayer.h"

#include <algorithm>

#include "base/checked_math.h"

namespace ondol {

// Few tokens: enough bytes (128 KiB) that streaming them costs far more than taking the
// piece, but at least four pieces a thread where there is work for them.  Many tokens: a multiple of the strips that
// every table's product works on (16, 48 or, of floats, 64 rows), so that none is cut.
int64_t rows_per_piece(const WeightView& w, int64_t n_tokens, int n_threads) {
  constexpr int64_t kManyTokens = 16, kPieceBytes = 128 << 10, kLeastBytes = 16 << 10;
  if (n_tokens >= kManyTokens) return w.dtype.info().is_float ? 64 : 96;  // whole strips of every table
  const int64_t row_bytes = std::max<int64_t>(1, w.dtype.size_bytes(w.n_cols));
  const int64_t bytes = std::clamp(row_bytes * w.n_rows / (4 * n_threads), kLeastBytes, kPieceBytes);
  return round_up(std::max<int64_t>(1, bytes / row_bytes), 2 * kPanelRows);
}

namespace {

// work.low_rank = scale * A x for every adapter of the matrices; left as it is for tokens whose scale is 0.
void multiply_first_halves(Step& step, const float* x, int64_t n_tokens, std::initializer_list<Product> matrices) {
  constexpr int64_t kPieceTokens = 16;
  const int64_t n_columns = step.model.adapters.n_columns;
  if (n_columns == 0) return;
  int64_t n_adapted = 0;
  for (const Product& matrix : matrices) n_adapted += std::ssize(matrix.w.adapted);
  step.pool.for_each(n_adapted * divide_up(n_tokens, kPieceTokens), [&](int64_t piece, int thread) {
    int64_t number = piece % n_adapted;
    const Product* matrix = matrices.begin();
    for (; number >= std::ssize(matrix->w.adapted); ++matrix) number -= std::ssize(matrix->w.adapted);
    const LowRankProduct& low_rank = matrix->w.adapted[static_cast<size_t>(number)];
    const int64_t first = piece / n_adapted * kPieceTokens;
    const ProductInput tokens{.x = x + first * low_rank.a.n_cols, .n_tokens = std::min(kPieceTokens, n_tokens - first)};
    const float* const* scales = step.work.adapter_scales + first;
    const auto is_off = [&](const float* of_token) { return of_token[low_rank.adapter] == 0; };
    if (std::all_of(scales, scales + tokens.n_tokens, is_off)) return;
    float* const shares = step.work.low_rank + first * n_columns + low_rank.first_column;
    step.kernel.product[low_rank.a.dtype.index()](low_rank.a, tokens, shares, n_columns, {0, low_rank.a.n_rows},
                                                  step.work.scratch + thread * step.work.scratch_bytes);
    for (int64_t t = 0; t < tokens.n_tokens; ++t) {
      step.kernel.scale(shares + t * n_columns, scales[t][low_rank.adapter], low_rank.a.n_rows);
    }
  });
}

// y += B of what multiply_first_halves() left, for rows [n_tokens, n_rows] of y.
void add_second_halves(const Step& step, const Linear& w, int64_t n_tokens, float* y, Rows rows) {
  const int64_t n_rows = w.matrix.n_rows;
  for (int64_t t = 0; t < n_tokens; ++t) {
    for (const LowRankProduct& low_rank : w.adapted) {
      if (step.work.adapter_scales[t][low_rank.adapter] == 0) continue;
      const float* share = step.work.low_rank + t * step.model.adapters.n_columns + low_rank.first_column;
      for (int64_t i = 0; i < low_rank.a.n_rows; ++i) {
        step.kernel.add(y + t * n_rows + rows.begin, low_rank.b + i * n_rows + rows.begin, share[i],
                        rows.end - rows.begin);
      }
    }
  }
}

}  // namespace

ProductInput make_input(Step& step, const float* x, int64_t n_tokens, std::initializer_list<Product> matrices) {
  ProductInput input{.x = x, .by_32 = step.work.by_32, .by_256 = step.work.by_256, .n_tokens = n_tokens};
  for (Q8Activations* q8 : {&input.by_32, &input.by_256}) {
    q8->n_tokens = n_tokens;
    q8->n_cols = matrices.begin()->w.matrix.n_cols;
    const bool wanted = std::any_of(matrices.begin(), matrices.end(), [q8](const Product& p) {
      return p.w.matrix.dtype.info().activation_scale_every == q8->scale_every;
    });
    if (!wanted) continue;
    for_each_token_block(step, n_tokens,
                         [&](int64_t first, int64_t last) { step.kernel.quantize(x, *q8, first, last); });
  }
  multiply_first_halves(step, x, n_tokens, matrices);
  if (step.work.observer != nullptr) {
    for (const Product& product : matrices) step.work.observer->see(product.w.matrix, 0, x, n_tokens);
  }
  return input;
}

void normalize_row(const Step& step, const NormWeights& norm, const float* x, float* y, int64_t n) {
  const Hyperparameters& hp = step.model.hp;
  if (hp.norm == Norm::kRms) step.kernel.rms_norm(x, norm.weight, hp.norm_eps, y, n);
  else step.kernel.layer_norm(x, norm.weight, norm.bias, hp.norm_eps, y, n);
}

void normalize_in_place(Step& step, const NormWeights& norm, float* x, int64_t n) {
  if (!norm) return;
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t t = first; t < last; ++t) normalize_row(step, norm, x + t * n, x + t * n, n);
  });
}

void normalize(Step& step, const float* source, const NormWeights& norm) {
  const int64_t n = step.model.hp.hidden_size;
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    if (!norm) std::copy(source + first * n, source + last * n, step.work.input + first * n);
    for (int64_t t = first; norm && t < last; ++t) {
      normalize_row(step, norm, source + t * n, step.work.input + t * n, n);
    }
  });
}

void multiply_rows(const Step& step, const ProductInput& input, const WeightView& w, float* y, Rows rows, int thread) {
  const auto product = step.kernel.product[w.dtype.index()];
  uint8_t* scratch = step.work.scratch + thread * step.work.scratch_bytes;
  if (w.layout == Layout::kRun) return product(w, input, y, w.n_rows, rows, scratch);
  uint8_t* panels = scratch + step.work.product_bytes;
  for (int64_t first = rows.begin; first < rows.end; first += kRepackedRows) {
    const int64_t n_rows = std::min<int64_t>(kRepackedRows, rows.end - first);
    const TensorView file{w.data + first * w.dtype.size_bytes(w.n_cols), w.dtype, {n_rows, w.n_cols}};
    to_run_layout(file, 0, divide_up(n_rows, kPanelRows), panels);
    product({panels, w.dtype, n_rows, w.n_cols}, input, y + first, w.n_rows, {0, n_rows}, scratch);
  }
}

void multiply_rows(const Step& step, const ProductInput& input, const Product& product, Rows rows, int thread) {
  const WeightView& w = product.w.matrix;
  multiply_rows(step, input, w, product.y, rows, thread);
  for (int64_t t = 0; product.w.scale && t < input.n_tokens; ++t) {
    step.kernel.scale(product.y + t * w.n_rows + rows.begin, *product.w.scale, rows.end - rows.begin);
  }
  for (int64_t t = 0; product.w.bias && t < input.n_tokens; ++t) {
    step.kernel.add(product.y + t * w.n_rows + rows.begin, product.w.bias + rows.begin, 1, rows.end - rows.begin);
  }
  if (!product.w.adapted.empty()) add_second_halves(step, product.w, input.n_tokens, product.y, rows);
}

void multiply(Step& step, const ProductInput& input, std::initializer_list<Product> products) {
  struct Part {
    const Product* product;
    int64_t rows_per_piece, first_piece;
  };
  constexpr int kMaxProducts = 4;
  Part parts[kMaxProducts];
  int n_parts = 0;
  int64_t n_pieces = 0;
  for (const Product& product : products) {
    const int64_t rows = rows_per_piece(product.w.matrix, input.n_tokens, step.pool.n_threads());
    parts[n_parts++] = {&product, rows, n_pieces};
    n_pieces += divide_up(product.w.matrix.n_rows, rows);
  }
  step.pool.for_each(n_pieces, [&](int64_t piece, int thread) {
    int p = n_parts - 1;
    while (piece < parts[p].first_piece) --p;
    const Product& product = *parts[p].product;
    const int64_t first = (piece - parts[p].first_piece) * parts[p].rows_per_piece;
    const int64_t end = std::min(product.w.matrix.n_rows, first + parts[p].rows_per_piece);
    multiply_rows(step, input, product, {first, end}, thread);
  });
}

void add_result(Step& step, const NormWeights& post_norm) {
  const int64_t n = step.model.hp.hidden_size;
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    float* result = step.work.result + first * n;
    for (int64_t t = 0; post_norm && t < last - first; ++t) {
      normalize_row(step, post_norm, result + t * n, result + t * n, n);
    }
    step.kernel.add(step.work.hidden + first * n, result, step.model.hp.residual_scale, (last - first) * n);
  });
}

}  // namespace ondol
