// What is computed is compared with what was written, before a file counts as written.
//
// Both sides run on the exact path (kernel/exact.h, f32 keys and values) over a fixed set of token sequences, so that
// only the file's own rounding lies between them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "model/model.h"

namespace ondol {

// The sequences: some of random ids, the same for equal sizes on every machine.
std::vector<std::vector<TokenId>> verification_texts(const Hyperparameters& hp);

// The model's logits after every token of verification_texts(), its adapters included: [n_tokens, vocab_size].  Fails
// as Engine::create() does.
Result<std::vector<float>> verification_logits(const Model& model, ThreadPool& pool);

// KL(expected || written) over the positions, in nats; not a number when a logit is none.
struct WrittenDivergence {
  double mean = 0, max = 0;
  int64_t n_positions = 0;
};
// Both are [n_tokens, vocab_size].
WrittenDivergence compare_logits(std::span<const float> expected, std::span<const float> written, int64_t vocab_size);

// What F32 and F16 files may be off on the mean.
inline constexpr double kMostWrittenDivergence = 1e-6;

// Opens the model at `path` and compares its verification_logits() with `expected`.  For WriteOptions::check, so that
// what does not hold never appears.  Fails as load_model() does, or with kRefused when the mean is above `most` or not
// a number; `name` stands for the file in that error.
Result<WrittenDivergence> verify_written(const std::string& path, std::string_view name,
                                         std::span<const float> expected, double most, ThreadPool& pool);

}  // namespace ondol
