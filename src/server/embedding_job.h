// EmbeddingJob: the texts of one request on their way to vectors.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "server/answer_request.h"
#include "server/api_error.h"
#include "server/engine_thread.h"

namespace ondol {

// Fails with 400 for vectors of another length than the model's, or texts without a token.
ApiResult<std::vector<std::vector<TokenId>>> embedding_tokens(const std::vector<RawPrompt>& texts,
                                                              std::optional<int64_t> n_dimensions, HostedModel& model);

struct Embeddings {
  std::shared_ptr<const HostedModel> model;
  std::vector<std::vector<float>> vectors;  // of each text
  int64_t n_tokens = 0;                     // of all texts
};

class EmbeddingJob : public std::enable_shared_from_this<EmbeddingJob> {
 public:
  using Then = std::function<void(ApiResult<Embeddings>)>;

  // `then` is called once, on the engine thread, unless the job is cancelled first.
  EmbeddingJob(EngineThread& engine, std::shared_ptr<HostedModel> model, std::vector<std::vector<TokenId>> texts,
               Then then);

  // Any thread.
  void start();
  void cancel();

 private:
  void add_texts();
  void take(size_t text, Result<std::vector<float>> vector);
  void fail(const ApiError& error);

  EngineThread& engine_;
  std::shared_ptr<HostedModel> model_;
  std::vector<std::vector<TokenId>> texts_;
  Then then_;  // null: nobody waits any more
  std::vector<EmbeddingId> ids_;
  Embeddings result_;
  size_t n_done_ = 0;
};

}  // namespace ondol
