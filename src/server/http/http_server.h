// HttpServer: accepts connections, reads requests within their limits, lets the guard look at them and hands them on.
//
// One thread, one event loop: a connection that waits costs memory only.  HTTP/1.1 and 1.0, read by Boost.Beast.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "server/http/exchange.h"
#include "server/http/guard.h"
#include "server/http/limits.h"
#include "server/http/listener.h"
#include "server/http/peer_book.h"
#include "server/http/traffic_count.h"

namespace ondol {

struct HttpServerOptions {
  HttpLimits limits{};
  GuardOptions guard{};
  // Whether a path may be asked for without a key.
  std::function<bool(std::string_view path)> is_public;
  // The body of an answer that the server itself gives: its status, and a sentence of why.
  std::function<HttpAnswer(std::string_view path, int status, std::string reason)> refusal;
};

class HttpServer {
 public:
  // Takes over the listener's sockets.  `handler` outlives the server.
  HttpServer(Listener listener, HttpServerOptions options, HttpHandler handler);
  ~HttpServer();

  // Serves until stop().  Called once.
  void run();
  // No new connections; those that are being answered may end within `grace_s`.  Any thread.
  void stop(double grace_s);
  // Calls `handler` on the I/O thread for each SIGINT and SIGTERM, which the process must have blocked or left alone.
  void on_signal(std::function<void(int signal)> handler);
  // Runs `task` on the I/O thread.  Any thread.
  void post(std::function<void()> task);

  const TrafficCount& traffic() const;
  const PeerBook& peers() const;  // on the I/O thread

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace ondol
