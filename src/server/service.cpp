#include "server/service.h"

#include <exception>

#include "base/clock.h"
#include "base/log.h"
#include "server/endpoint_list.h"
#include "server/server_messages.h"
#include "server/web_page.h"

namespace ondol {
namespace {

bool matches(const Endpoint& endpoint, std::string_view path) {
  std::string_view pattern = endpoint.path;
  if (!pattern.ends_with("/*")) return pattern == path;
  pattern.remove_suffix(1);
  return path.size() > pattern.size() && path.starts_with(pattern);
}

// The endpoint, or why there is none.
ApiResult<const Endpoint*> find_endpoint(const HttpRequest& request) {
  std::string methods;
  for (const Endpoint* endpoint : endpoint::kAll) {
    if (!matches(*endpoint, request.path)) continue;
    if (endpoint->method == request.method) return endpoint;
    methods.append(methods.empty() ? "" : ", ").append(endpoint->method);
  }
  if (!methods.empty()) return refuse(405, format_message(msg::kOtherMethod, methods));
  return refuse(404, std::string(msg::kNoSuchPath.text()));
}

// Carries out `work`; what it throws or fails with is answered.
template <class Work>
void answer_safely(Dialect dialect, Responder& responder, Work work) {
  try {
    if (const ApiStatus status = work(); !status) responder.send(error_answer(dialect, status.error()));
  } catch (const std::exception&) {
    log_line(LogLevel::kWarning, "a request failed by an exception");
    responder.send(error_answer(dialect, ApiError(500, std::string(msg::kServerFault.text()))));
  }
}

// Starts a job that is cancelled when its client leaves.
template <class Job>
void start_for(Responder& responder, const std::shared_ptr<Job>& job) {
  responder.on_gone([weak = std::weak_ptr(job)] {
    if (const auto left = weak.lock()) left->cancel();
  });
  job->start();
}

}  // namespace

Service::Service(ServiceOptions options, std::unique_ptr<ModelShelf> shelf)
    : options_(std::move(options)), began_s_(now_s()), shelf_(std::move(shelf)) {}

// Nobody is prepared any more before the engine and the shelf, which that needs, come to an end.
Service::~Service() {
  preparing_.stop();
  compiling_.stop();
}

double Service::uptime_s() const { return now_s() - began_s_; }

void Service::handle(HttpRequest request, const std::shared_ptr<Responder>& responder) {
  if (request.method == "GET" && answer_web_page(request, *responder)) return;
  const Dialect dialect = dialect_of(request.path);
  answer_safely(dialect, *responder, [&]() -> ApiStatus {
    TRY(const Endpoint* const endpoint, find_endpoint(request));
    if (endpoint->where == Endpointed::kAtOnce) return endpoint->answer(request, *this, responder);
    preparing_.post([this, endpoint, responder, dialect, request = std::move(request)] {
      if (responder->gone()) return;
      answer_safely(dialect, *responder, [&] { return endpoint->answer(request, *this, responder); });
    });
    return {};
  });
}

void Service::answer(AnswerRequest request, std::shared_ptr<AnswerSink> sink,
                     const std::shared_ptr<Responder>& responder) {
  if (stopping_) return sink->fail(ApiError(503, std::string(msg::kStopping.text())));
  if (metrics_.n_pending.fetch_add(1) >= options_.most_pending) {
    --metrics_.n_pending;
    ++metrics_.n_busy;
    ApiError busy(503, format_message(msg::kServerBusy, options_.most_pending));
    busy.retry_after_s = 1;
    return sink->fail(busy);
  }
  ++metrics_.n_requests;
  // pending for as long as anybody holds it
  AnswerSink* const answers = sink.get();
  std::shared_ptr<AnswerSink> pending(answers, [this, sink = std::move(sink)](AnswerSink*) { --metrics_.n_pending; });
  const std::string name = request.model;
  const auto keep = request.keep_s;
  shelf_->get(name, keep, [this, request = std::move(request), pending, responder](ModelShelf::Loaded model) mutable {
    if (!model) return pending->fail(model.error());
    // from the loading thread, perhaps
    thread_for(request).post([this, request = std::move(request), model = *model, pending, responder]() mutable {
      prepare_and_start(std::move(request), std::move(model), pending, responder);
    });
  });
}

TaskThread& Service::thread_for(const AnswerRequest& request) {
  const auto* chat = std::get_if<ChatPrompt>(&request.prompt);
  const bool has_tools = chat != nullptr && !chat->tools.empty();
  const bool has_format =
      request.format.kind != FormatWish::Kind::kModels && request.format.kind != FormatWish::Kind::kText;
  return has_tools || has_format ? compiling_ : preparing_;
}

void Service::prepare_and_start(AnswerRequest request, std::shared_ptr<HostedModel> model,
                                std::shared_ptr<AnswerSink> sink, const std::shared_ptr<Responder>& responder) {
  if (responder->gone()) return;
  try {
    auto prepared = prepare_answer(std::move(request), std::move(model));
    if (!prepared) return sink->fail(prepared.error());
    const auto job = std::make_shared<AnswerJob>(engine_, metrics_, std::move(*prepared), std::move(sink));
    start_for(*responder, job);
  } catch (const std::exception&) {
    log_line(LogLevel::kWarning, "a request failed by an exception");
    if (sink) sink->fail(ApiError(500, std::string(msg::kServerFault.text())));
  }
}

void Service::with_model(const std::string& name, const HttpRequest& request,
                         const std::shared_ptr<Responder>& responder,
                         std::function<ApiStatus(std::shared_ptr<HostedModel>)> then, std::optional<KeepTime> keep) {
  const Dialect dialect = dialect_of(request.path);
  shelf_->get(name, keep, [this, responder, dialect, then = std::move(then)](ModelShelf::Loaded model) {
    preparing_.post([dialect, responder, model, then] {
      answer_safely(dialect, *responder, [&]() -> ApiStatus {
        if (!model) return tl::make_unexpected(model.error());
        return then(*model);
      });
    });
  });
}

void Service::embed(EmbeddingRequest wish, const HttpRequest& request, const std::shared_ptr<Responder>& responder,
                    std::function<void(const Embeddings&)> then) {
  const Dialect dialect = dialect_of(request.path);
  const auto go_on = [this, wish, responder, then = std::move(then),
                      dialect](const std::shared_ptr<HostedModel>& hosted) -> ApiStatus {
    TRY(auto tokens, embedding_tokens(wish.texts, wish.n_dimensions, *hosted));
    const auto job = std::make_shared<EmbeddingJob>(engine_, hosted, std::move(tokens),
                                                    [responder, then, dialect](const ApiResult<Embeddings>& done) {
                                                      if (done) then(*done);
                                                      else responder->send(error_answer(dialect, done.error()));
                                                    });
    start_for(*responder, job);
    return {};
  };
  with_model(wish.model, request, responder, go_on, wish.keep);
}

void send_json(Responder& responder, std::string text) { responder.send({.body = std::move(text)}); }

}  // namespace ondol
