// HostedEmbedder: an embedder whose texts come from many requests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "engine/embedder.h"

namespace ondol {

// On the engine thread only, but for embedder().encode().
class HostedEmbedder {
 public:
  // One of them is called for each text, from step().
  using Then = std::function<void(Result<std::vector<float>>)>;

  explicit HostedEmbedder(std::unique_ptr<Embedder> embedder) : embedder_(std::move(embedder)) {}

  const Embedder& embedder() const { return *embedder_; }
  // Queues a text.  Fails as Embedder::add(); `then` is not called then, nor after cancel().
  Result<EmbeddingId> add(std::vector<TokenId> text, Then then);
  void cancel(EmbeddingId id);
  void step();
  bool idle() const { return embedder_->idle(); }

 private:
  std::unique_ptr<Embedder> embedder_;
  std::map<EmbeddingId, Then> waiting_;
};

}  // namespace ondol
