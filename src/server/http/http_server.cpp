#include "server/http/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <unordered_set>

#include "server/http/connection.h"

namespace ondol {

namespace asio = boost::asio;
using boost::system::error_code;

struct HttpServer::State {
  State(HttpServerOptions given, HttpHandler to)
      : options(std::move(given)), guard(options.guard), handler(std::move(to)) {}

  void accept(size_t i) {
    if (draining || !acceptors[i].is_open()) return;
    acceptors[i].async_accept([this, i](error_code error, asio::ip::tcp::socket socket) {
      if (draining) return;
      if (error) return pause(i);  // no more file descriptors, most likely
      const auto connection = std::make_shared<Connection>(
          std::move(socket), ConnectionSetting{options, guard, handler, traffic, peers, draining, n_held_body_bytes});
      connections.push_back(connection);
      connection->start();
      if (std::ssize(connections) > 2 * traffic.n_open + 64) {
        std::erase_if(connections, [](const auto& c) { return c.expired(); });
      }
      if (traffic.n_open >= options.limits.n_connections) return pause(i);
      accept(i);
    });
  }
  // Goes on accepting in a moment.
  void pause(size_t i) {
    pauses[i].expires_after(std::chrono::milliseconds(50));
    pauses[i].async_wait([this, i](error_code error) {
      if (error) return;
      if (traffic.n_open >= options.limits.n_connections) pause(i);
      else accept(i);
    });
  }

  void drain(double grace_s) {
    if (draining && grace_s <= 0) io.stop();
    if (std::exchange(draining, true)) return;
    error_code ignored;
    for (auto& acceptor : acceptors) acceptor.close(ignored);
    for (auto& timer : pauses) timer.cancel();
    for (const auto& connection : connections) {
      if (const auto c = connection.lock()) c->end_if_idle();
    }
    await_end(grace_s);
  }
  // Ends the loop when the last connection has gone, or the time is over.
  void await_end(double left_s) {
    if (traffic.n_open == 0 || left_s <= 0) return io.stop();
    constexpr double kLook = 0.02;
    end_timer.expires_after(std::chrono::milliseconds(20));
    end_timer.async_wait([this, left_s](error_code error) {
      if (!error) await_end(left_s - kLook);
    });
  }

  HttpServerOptions options;
  Guard guard;
  HttpHandler handler;
  TrafficCount traffic;
  PeerBook peers;
  bool draining = false;
  int64_t n_held_body_bytes = 0;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::vector<asio::ip::tcp::acceptor> acceptors;
  std::vector<asio::steady_timer> pauses;
  asio::steady_timer end_timer{io};
  asio::signal_set signals{io};
  std::function<void(int)> signal_handler;
  std::vector<std::weak_ptr<Connection>> connections;

  void await_signal() {
    signals.async_wait([this](error_code error, int number) {
      if (error) return;
      signal_handler(number);
      await_signal();
    });
  }
};

HttpServer::HttpServer(Listener listener, HttpServerOptions options, HttpHandler handler)
    : state_(std::make_shared<State>(std::move(options), std::move(handler))) {
  for (size_t i = 0; i < listener.sockets.size(); ++i) {
    const auto protocol = listener.is_v6[i] ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
    state_->acceptors.emplace_back(state_->io, protocol, listener.sockets[i]);
    state_->pauses.emplace_back(state_->io);
  }
  listener.sockets.clear();
}

HttpServer::~HttpServer() = default;

void HttpServer::run() {
  for (size_t i = 0; i < state_->acceptors.size(); ++i) state_->accept(i);
  state_->io.run();
  for (const auto& connection : state_->connections) {
    if (const auto c = connection.lock()) c->close();
  }
}

void HttpServer::stop(double grace_s) {
  post([state = state_, grace_s] { state->drain(grace_s); });
}

void HttpServer::on_signal(std::function<void(int)> handler) {
  state_->signal_handler = std::move(handler);
  state_->signals.add(SIGINT);
  state_->signals.add(SIGTERM);
  state_->await_signal();
}

void HttpServer::post(std::function<void()> task) { asio::post(state_->io, std::move(task)); }

const TrafficCount& HttpServer::traffic() const { return state_->traffic; }

const PeerBook& HttpServer::peers() const { return state_->peers; }

}  // namespace ondol
