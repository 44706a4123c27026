// ExampleFeed: examples read by a model in chunks, several at a time, each in a context of its own.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "tune/data/example.h"

namespace ondol {

struct FeedOptions {
  int64_t chunk_tokens = 512;           // neighbouring examples are read together until they have so many
  int64_t max_chunks = 0;               // taken evenly from all there are; 0: all
  ProductObserver* observer = nullptr;  // sees what is multiplied; may be null
};

// Used by one thread; model, pool and examples outlive it.
class ExampleFeed {
 public:
  // Fails as Engine::create() does.
  static Result<ExampleFeed> create(const Model& model, ThreadPool& pool, std::span<const Example> examples,
                                    const FeedOptions& options);

  int64_t n_chunks() const { return std::ssize(chunks_); }

  // Feeds a chunk.  `rows` receives the logits behind tokens [first_token, first_token + n_rows) of an example,
  // examples in order.  Fails with kInterrupted.
  using Rows = std::function<void(const Example& example, int64_t first_token, int64_t n_rows, const float* logits)>;
  Status read(int64_t chunk, const Rows& rows);

 private:
  std::vector<std::span<const Example>> chunks_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace ondol
