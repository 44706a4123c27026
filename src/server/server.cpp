#include "server/server.h"

#include "server/web_page.h"

namespace ondol {

Result<std::unique_ptr<Server>> Server::create(Listener listener, ServerOptions options) {
  std::unique_ptr<Server> server(new Server());
  server->options_ = options;
  server->url_ = listener.url;
  server->computing_ = std::make_unique<ThreadPool>(options.shelf.n_threads);
  TRY(auto shelf, ModelShelf::create(options.shelf, *server->computing_));
  TRY(shelf->load_first());
  server->service_ = std::make_unique<Service>(options.service, std::move(shelf));
  Service* const service = server->service_.get();
  HttpServerOptions http{.limits = options.limits, .guard = options.guard};
  http.is_public = [](std::string_view path) { return path == "/health" || is_web_page(path); };
  http.refusal = [](std::string_view path, int status, std::string reason) {
    ApiError error(status, std::move(reason));
    if (status == 503) error.retry_after_s = 1;
    return error_answer(dialect_of(path), error);
  };
  server->http_ = std::make_unique<HttpServer>(std::move(listener), std::move(http),
                                               [service](HttpRequest request, std::shared_ptr<Responder> responder) {
                                                 service->handle(std::move(request), responder);
                                               });
  service->traffic = &server->http_->traffic();
  service->peers = &server->http_->peers();
  return server;
}

// Threads that answer end before the connections they answer to.
Server::~Server() { service_.reset(); }

void Server::run() {
  http_->on_signal([this, n_signals = 0](int) mutable {
    service_->stop();
    http_->stop(n_signals++ == 0 ? options_.grace_s : 0);
  });
  http_->run();
}

}  // namespace ondol
