#include "compress/example_loss.h"

#include "measure/perplexity.h"

namespace ondol {

void ExampleLoss::add(const Example& example, int64_t first_token, int64_t n_rows, const float* logits,
                      int64_t vocab_size, ThreadPool& pool) {
  std::vector<double> losses(static_cast<size_t>(n_rows));
  const auto learns = [&](int64_t row) {
    const auto next = static_cast<size_t>(first_token + row + 1);
    return next < example.learns.size() && example.learns[next] != 0;
  };
  pool.for_each(n_rows, [&](int64_t row, int) {
    if (!learns(row)) return;
    losses[static_cast<size_t>(row)] =
        token_loss(logits + row * vocab_size, vocab_size, example.tokens[static_cast<size_t>(first_token + row + 1)]);
  });
  for (int64_t row = 0; row < n_rows; ++row) n_tokens += learns(row) ? 1 : 0;
  for (const double loss : losses) nats += loss;
}

}  // namespace ondol
