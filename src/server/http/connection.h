// Connection: one client, from its first byte to its last; requests one after another.
//
// While an answer is on its way the connection goes on reading: so it learns at once that the client has left.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "server/http/http_server.h"

namespace ondol {

class ConnectionResponder;

// What connections share.
struct ConnectionSetting {
  const HttpServerOptions& options;
  const Guard& guard;
  const HttpHandler& handler;
  TrafficCount& traffic;
  PeerBook& peers;
  const bool& draining;        // connections end with the answer they are giving
  int64_t& n_held_body_bytes;  // of requests that are not answered yet
};

// On the I/O thread only; lives as long as an operation of it is under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, const ConnectionSetting& setting);
  ~Connection();

  void start();
  // Ends the connection if it waits for a request.
  void end_if_idle();
  void close();

  // Of the answer to request number `request`; nothing when another is being answered.
  void send(int64_t request, HttpAnswer answer);
  void begin(int64_t request, HttpAnswer head);
  void write(int64_t request, std::string piece);
  void end(int64_t request);

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Phase { kIdle, kHeader, kBody, kAnswer, kLinger, kClosed };

  void await_request();
  void read_header();
  void take_header();
  void read_body();
  void hand_over();
  void refuse(int status, const Message& reason);
  void answer_preflight();
  std::optional<std::pair<int, const Message*>> reason_to_refuse() const;

  void begin_answer(const HttpAnswer& head, std::optional<int64_t> length);
  void queue(std::string text);
  void write_queued();
  void finish_answer();
  void linger();
  void watch_client();

  void set_deadline(double seconds);
  void on_deadline();
  PeerTraffic& traffic_here();
  void count_in(size_t n_bytes);
  void count_parsed(size_t n_bytes, size_t n_buffered_before);
  bool has_room_for_body() const;
  void release_body();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  ConnectionSetting setting_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  PeerBook::Peer& peer_;

  Phase phase_ = Phase::kIdle;
  int64_t n_requests_ = 0;
  double body_began_s_ = 0;
  int64_t n_body_bytes_ = 0;
  std::shared_ptr<ConnectionResponder> responder_;

  // the answer
  bool is_head_ = false, is_http_1_0_ = false, keep_alive_ = true, chunked_ = false, ends_ = false;
  std::string allowed_origin_;
  std::deque<std::string> queued_;  // its front is being written
  int64_t queued_bytes_ = 0;
  bool is_writing_ = false, is_watching_ = false;
};

}  // namespace ondol
