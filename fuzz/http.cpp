// Any bytes of a client, cut anywhere, into a connection of the server; what comes back is one or more HTTP answers.
//   | seed: u8, of the cuts and of how requests are answered | what the client sends |
// The connection is the server's own, at one end of a pair of sockets; its loop runs here, without threads.
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <string_view>

#include "base/check.h"
#include "base/random.h"
#include "server/http/connection.h"

namespace ondol {
namespace {

constexpr int kMostPieceBytes[] = {1, 3, 16, 64, 1 << 10, 1 << 16, 1 << 16, 1 << 16};

// Answers in each of the ways there are, and now and then not at all.
void answer(HttpRequest request, Responder& responder, uint64_t way) {
  CHECK(request.path.starts_with('/'));
  CHECK(request.path.find('?') == std::string::npos);
  switch (way % 4) {
    case 0:
      return responder.send({.body = std::move(request.body)});
    case 1:
      responder.begin({.content_type = "text/event-stream"});
      for (const char c : request.path.substr(0, 20)) responder.write(std::string(1, c));
      return responder.end();
    case 2:
      return responder.send({.status = 404, .body = ""});
    default:
      return;
  }
}

class Client {
 public:
  explicit Client(uint64_t seed) : random_(seed), way_(random_.next()), options_(options_of(random_)) {
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    boost::asio::ip::tcp::socket socket(io_);
    boost::system::error_code ignored;
    socket.assign(boost::asio::ip::tcp::v4(), ends[0], ignored);
    end_ = ends[1];
    std::make_shared<Connection>(std::move(socket), ConnectionSetting{options_, guard_, handler_, traffic_, peers_,
                                                                      draining_, n_held_body_bytes_})
        ->start();
  }

  // Sends all of it in pieces, then leaves.
  void play(std::string_view bytes) {
    const auto most = static_cast<uint64_t>(kMostPieceBytes[random_.below(std::size(kMostPieceBytes))]);
    while (!bytes.empty()) {
      const size_t n = std::min<size_t>(bytes.size(), 1 + random_.below(most));
      const ssize_t sent = ::send(end_, bytes.data(), n, MSG_NOSIGNAL);
      take_turn();
      if (sent <= 0) break;  // the server has closed, or reads no further ahead
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    if (random_.below(2) == 0) {
      shutdown(end_, SHUT_WR);
      take_turn();
    }
    close(end_);
    take_turn();
    CHECK(traffic_.n_open == 0);
    CHECK(n_held_body_bytes_ == 0);
    CHECK(answers_.empty() || std::string_view(answers_).starts_with("HTTP/1.1 "));
  }

 private:
  // Whatever the connection can do now, and what it says.
  void take_turn() {
    char piece[4096];
    do { io_.restart(); } while (io_.poll() > 0);
    for (ssize_t n; (n = recv(end_, piece, sizeof piece, 0)) > 0;) answers_.append(piece, static_cast<size_t>(n));
  }

  static HttpServerOptions options_of(SplitMix64& random) {
    HttpServerOptions options;
    if (random.below(4) == 0) options.guard.api_key = "a key of sixteen";
    options.is_public = [](std::string_view path) { return path == "/health"; };
    options.refusal = [](std::string_view, int status, std::string reason) {
      return HttpAnswer{.status = status, .body = std::move(reason)};
    };
    // now and then a server for which every client is too slow
    if (random.below(16) == 0) options.limits.header_s = options.limits.body_grace_s = 0;
    // or full
    if (random.below(16) == 0) options.limits.small_body_bytes = options.limits.all_bodies_bytes = 8;
    return options;
  }

  SplitMix64 random_;
  uint64_t way_;
  HttpServerOptions options_;
  Guard guard_{options_.guard};
  HttpHandler handler_ = [this](HttpRequest request, const std::shared_ptr<Responder>& responder) {
    answer(std::move(request), *responder, way_);
    way_ /= 4;
  };
  TrafficCount traffic_;
  PeerBook peers_;
  bool draining_ = false;
  int64_t n_held_body_bytes_ = 0;
  boost::asio::io_context io_{1};
  int end_ = -1;
  std::string answers_;
};

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ondol::Client(data[0]).play({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
