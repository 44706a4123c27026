// Server: everything `ondol serve` runs, in the order it has to begin.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/http/http_server.h"
#include "server/service.h"

namespace ondol {

struct ServerOptions {
  ShelfOptions shelf{};
  ServiceOptions service{};
  HttpLimits limits{};
  GuardOptions guard{};
  double grace_s = 4;  // that answers have to end when the server is to stop
};

class Server {
 public:
  // Starts the threads and loads the first model.  Fails as ModelShelf does.
  static Result<std::unique_ptr<Server>> create(Listener listener, ServerOptions options);
  ~Server();

  const std::string& url() const { return url_; }
  Service& service() { return *service_; }
  const TrafficCount& traffic() const { return http_->traffic(); }

  // Serves until SIGTERM or SIGINT: answers under way may then end; a second one ends them, too.
  void run();

 private:
  Server() = default;

  ServerOptions options_;
  std::string url_;
  std::unique_ptr<ThreadPool> computing_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace ondol
