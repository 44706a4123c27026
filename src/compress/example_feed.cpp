#include "compress/example_feed.h"

#include <algorithm>

namespace ondol {
namespace {

using Chunk = std::span<const Example>;

std::vector<Chunk> choose_chunks(Chunk examples, const FeedOptions& options) {
  std::vector<Chunk> all;
  for (size_t first = 0; first < examples.size();) {
    size_t end = first;
    for (int64_t n = 0; end < examples.size() && n < options.chunk_tokens; ++end) n += std::ssize(examples[end].tokens);
    all.push_back(examples.subspan(first, end - first));
    first = end;
  }
  const int64_t n = std::ssize(all);
  if (options.max_chunks == 0 || n <= options.max_chunks) return all;
  std::vector<Chunk> chosen;
  for (int64_t i = 0; i < options.max_chunks; ++i) {
    chosen.push_back(all[static_cast<size_t>(i * n / options.max_chunks)]);
  }
  return chosen;
}

}  // namespace

Result<ExampleFeed> ExampleFeed::create(const Model& model, ThreadPool& pool, std::span<const Example> examples,
                                        const FeedOptions& options) {
  ExampleFeed feed;
  feed.chunks_ = choose_chunks(examples, options);
  int64_t longest = 1, most_tokens = 1;
  size_t most_sequences = 1;
  for (const Chunk& chunk : feed.chunks_) {
    int64_t n = 0;
    for (const Example& example : chunk) {
      longest = std::max(longest, std::ssize(example.tokens));
      n += (std::ssize(example.tokens) + kPageLength - 1) / kPageLength * kPageLength;
    }
    most_tokens = std::max(most_tokens, n);
    most_sequences = std::max(most_sequences, chunk.size());
  }
  TRY(feed.engine_, Engine::create(model, pool,
                                   {.context_length = longest,
                                    .kv_type = KvType::kF32,
                                    .max_sequences = static_cast<int>(most_sequences),
                                    .max_positions = most_tokens,
                                    .observer = options.observer}));
  return feed;
}

Status ExampleFeed::read(int64_t index, const Rows& rows) {
  const Chunk chunk = chunks_[static_cast<size_t>(index)];
  std::vector<Engine::Input> inputs;
  for (const Example& example : chunk) {
    TRY(const SequenceId sequence, engine_->open());
    inputs.push_back({sequence, example.tokens, true});
  }
  const Status fed = engine_->step(
      inputs, [&](const Engine::Rows& part) { rows(chunk[part.input], part.first_token, part.n_rows, part.logits); });
  for (const Engine::Input& input : inputs) engine_->close(input.sequence);
  return fed;
}

}  // namespace ondol
