// HostedEmbedder: an embedder whose texts come from many requests, made when the first of them comes: most models are
// asked for answers only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "engine/embedder.h"

namespace ondol {

// On the engine thread only, but for open() and what Embedder allows.
class HostedEmbedder {
 public:
  // One of them is called for each text, from step().
  using Then = std::function<void(Result<std::vector<float>>)>;

  // Model and pool outlive it.
  HostedEmbedder(const Model& model, ThreadPool& pool, const EmbedderOptions& options)
      : model_(model), pool_(pool), options_(options) {}

  // The embedder, which stays from then on.  Any thread.  Fails as Embedder::create().
  Result<const Embedder*> open();

  // Queues a text for the open embedder.  Fails as Embedder::add(); `then` is not called then, nor after cancel().
  Result<EmbeddingId> add(std::vector<TokenId> text, Then then);
  void cancel(EmbeddingId id);
  void step();
  bool idle() const { return waiting_.empty(); }

 private:
  const Model& model_;
  ThreadPool& pool_;
  EmbedderOptions options_;
  std::mutex opening_;
  std::unique_ptr<Embedder> embedder_;
  std::map<EmbeddingId, Then> waiting_;
};

}  // namespace ondol
