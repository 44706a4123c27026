#include "tune/batches.h"

#include "tune/data/epoch_order.h"

namespace ondol {

std::vector<std::vector<int64_t>> plan_epoch(std::span<const Example> examples, const BatchOptions& options,
                                             int64_t epoch) {
  std::vector<std::vector<int64_t>> steps;
  int64_t n_tokens = options.tokens_per_step;
  for (const int64_t index : epoch_order(std::ssize(examples), options.seed, epoch)) {
    if (n_tokens >= options.tokens_per_step) {
      steps.emplace_back();
      n_tokens = 0;
    }
    steps.back().push_back(index);
    n_tokens += std::ssize(examples[static_cast<size_t>(index)].tokens);
  }
  return steps;
}

std::vector<PackedBatch> pack(std::span<const Example> examples, std::span<const int64_t> chosen,
                              int64_t tokens_per_batch) {
  std::vector<PackedBatch> batches;
  for (const int64_t index : chosen) {
    const Example& example = examples[static_cast<size_t>(index)];
    // The last token predicts nothing.
    const auto n = std::ssize(example.tokens) - 1;
    if (n < 1) continue;
    if (batches.empty() || batches.back().n_rows() + n > tokens_per_batch) batches.emplace_back();
    PackedBatch& batch = batches.back();
    const int64_t first = batch.n_rows();
    batch.sequences.push_back({first, n});
    batch.examples.push_back(index);
    batch.tokens.insert(batch.tokens.end(), example.tokens.begin(), example.tokens.end() - 1);
    for (int64_t t = 0; t < n; ++t) {
      if (example.learns[static_cast<size_t>(t + 1)])
        batch.targets.push_back({first + t, example.tokens[static_cast<size_t>(t + 1)]});
    }
  }
  return batches;
}

}  // namespace ondol
