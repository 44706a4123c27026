#include "server/embedding_job.h"

#include <utility>

#include "server/server_messages.h"

namespace ondol {

ApiResult<std::vector<std::vector<TokenId>>> embedding_tokens(const std::vector<RawPrompt>& texts,
                                                              std::optional<int64_t> n_dimensions, HostedModel& model) {
  TRY(const Embedder* const opened, model.embedder->open());
  const Embedder& embedder = *opened;
  if (n_dimensions && *n_dimensions != embedder.size()) {
    return refuse(400, format_message(msg::kDimensions, embedder.size()), "dimensions");
  }
  std::vector<std::vector<TokenId>> all;
  for (const RawPrompt& text : texts) {
    if (const auto* tokens = std::get_if<std::vector<TokenId>>(&text)) all.push_back(*tokens);
    else all.push_back(embedder.encode(std::get<std::string>(text)));
    if (all.back().empty()) return refuse(400, std::string(msg::kEmptyInput.text()), "input");
    if (std::ssize(all.back()) > embedder.context_length()) {
      return refuse(400, format_message(msg::kPromptTooLong, all.back().size(), embedder.context_length()), "input",
                    "context_length_exceeded");
    }
  }
  return all;
}

EmbeddingJob::EmbeddingJob(EngineThread& engine, std::shared_ptr<HostedModel> model,
                           std::vector<std::vector<TokenId>> texts, Then then)
    : engine_(engine), model_(std::move(model)), texts_(std::move(texts)), then_(std::move(then)) {
  result_.model = model_;
  result_.vectors.resize(texts_.size());
}

void EmbeddingJob::start() {
  engine_.post([self = shared_from_this()] { self->add_texts(); });
}

void EmbeddingJob::cancel() {
  engine_.post([self = shared_from_this()] {
    if (!std::exchange(self->then_, nullptr)) return;
    for (const EmbeddingId id : self->ids_) self->model_->embedder->cancel(id);
  });
}

void EmbeddingJob::add_texts() {
  if (!then_) return;
  for (size_t i = 0; i < texts_.size(); ++i) {
    result_.n_tokens += std::ssize(texts_[i]);
    const auto added = model_->embedder->add(
        std::move(texts_[i]),
        [self = shared_from_this(), i](Result<std::vector<float>> vector) { self->take(i, std::move(vector)); });
    if (!added) return fail(added.error());
    ids_.push_back(*added);
  }
  engine_.keep_stepping(model_);
}

void EmbeddingJob::take(size_t text, Result<std::vector<float>> vector) {
  if (!then_) return;
  if (!vector) return fail(vector.error());
  result_.vectors[text] = std::move(*vector);
  if (++n_done_ == texts_.size()) std::exchange(then_, nullptr)(std::move(result_));
}

void EmbeddingJob::fail(const ApiError& error) {
  for (const EmbeddingId id : ids_) model_->embedder->cancel(id);
  std::exchange(then_, nullptr)(tl::make_unexpected(error));
}

}  // namespace ondol
