// Service: what endpoints work with: models, threads and counts.  The path of a request:
//   I/O thread: read, guarded, routed → preparing thread: parsed, rendered, compiled → engine thread: answered
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "seal/seal_receipt.h"
#include "server/answer_job.h"
#include "server/embedding_job.h"
#include "server/endpoint.h"
#include "server/http/peer_book.h"
#include "server/model_shelf.h"

namespace ondol {

struct ServiceOptions {
  int64_t most_pending = 512;  // requests that may wait or be answered at once; more are sent away with 503
  int n_slots = 1;
  std::string version;
};

struct EmbeddingRequest {
  std::string model;  // "": the first
  std::vector<RawPrompt> texts;
  std::optional<int64_t> n_dimensions{};  // that a vector is to have
  std::optional<KeepTime> keep{};         // of the model
};

class Service {
 public:
  Service(ServiceOptions options, std::unique_ptr<ModelShelf> shelf);
  ~Service();

  // Gives a request to its endpoint.  On the I/O thread.
  void handle(HttpRequest request, const std::shared_ptr<Responder>& responder);

  // Answers `request` to `sink`, which lives until then; computing stops when the client of `responder` leaves.
  void answer(AnswerRequest request, std::shared_ptr<AnswerSink> sink, const std::shared_ptr<Responder>& responder);

  // Calls `then` on the preparing thread with the model of that name, or answers why there is none.  `keep`: see
  // ModelShelf::get().
  void with_model(const std::string& name, const HttpRequest& request, const std::shared_ptr<Responder>& responder,
                  std::function<ApiStatus(std::shared_ptr<HostedModel>)> then, std::optional<KeepTime> keep = {});

  // Gives the vectors of `texts` to `then`, on the engine thread, or answers why there are none.
  void embed(EmbeddingRequest wish, const HttpRequest& request, const std::shared_ptr<Responder>& responder,
             std::function<void(const Embeddings&)> then);

  // What still waits is answered as cancelled from now on.
  void stop() { stopping_ = true; }

  const ServiceOptions& options() const { return options_; }
  ModelShelf& shelf() { return *shelf_; }
  Metrics& metrics() { return metrics_; }
  EngineThread& engine() { return engine_; }
  // Set before the first request.
  const TrafficCount* traffic = nullptr;  // of the HTTP server; outlives this
  const PeerBook* peers = nullptr;        // the same; on the I/O thread
  std::optional<SealReceipt> seal{};      // of a sealed process
  double uptime_s() const;

 private:
  // Which thread prepares it.
  TaskThread& thread_for(const AnswerRequest& request);
  void prepare_and_start(AnswerRequest request, std::shared_ptr<HostedModel> model, std::shared_ptr<AnswerSink> sink,
                         const std::shared_ptr<Responder>& responder);

  ServiceOptions options_;
  double began_s_;
  std::atomic<bool> stopping_{false};
  Metrics metrics_;
  TaskThread preparing_;
  TaskThread compiling_;  // what has a grammar of its own, which may take long, so that it delays its like only
  std::unique_ptr<ModelShelf> shelf_;  // whose thread posts to those two
  EngineThread engine_;
};

// A whole answer of JSON text.
void send_json(Responder& responder, std::string text);

}  // namespace ondol
