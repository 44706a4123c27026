#include "server/hosted_embedder.h"

#include <utility>

namespace ondol {

Result<const Embedder*> HostedEmbedder::open() {
  const std::lock_guard lock(opening_);
  if (!embedder_) { TRY(embedder_, Embedder::create(model_, pool_, options_)); }
  return embedder_.get();
}

Result<EmbeddingId> HostedEmbedder::add(std::vector<TokenId> text, Then then) {
  TRY(const EmbeddingId id, embedder_->add(std::move(text)));
  waiting_.emplace(id, std::move(then));
  return id;
}

void HostedEmbedder::cancel(EmbeddingId id) {
  if (waiting_.erase(id) > 0) embedder_->cancel(id);
}

void HostedEmbedder::step() {
  const Status stepped = embedder_->step([&](EmbeddingId id, std::vector<float> vector) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    const Then then = std::move(found->second);
    waiting_.erase(found);
    then(std::move(vector));
  });
  if (stepped) return;
  for (const auto& [id, then] : std::exchange(waiting_, {})) then(tl::make_unexpected(stepped.error()));
}

}  // namespace ondol
