#include "server/http/connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <mutex>

#include "base/clock.h"
#include "server/http/answer_head.h"
#include "server/server_messages.h"

namespace ondol {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

// Lets any thread speak to a connection that may be gone.
class ConnectionResponder : public Responder {
 public:
  ConnectionResponder(std::weak_ptr<Connection> connection, asio::any_io_executor executor, int64_t request)
      : connection_(std::move(connection)), executor_(std::move(executor)), request_(request) {}

  void send(HttpAnswer answer) override {
    post([request = request_, answer = std::move(answer)](Connection& c) mutable {
      c.send(request, std::move(answer));
    });
  }
  void begin(HttpAnswer head) override {
    post([request = request_, head = std::move(head)](Connection& c) mutable { c.begin(request, std::move(head)); });
  }
  void write(std::string piece) override {
    post([request = request_, piece = std::move(piece)](Connection& c) mutable { c.write(request, std::move(piece)); });
  }
  void end() override {
    post([request = request_](Connection& c) { c.end(request); });
  }

  bool gone() const override { return gone_; }
  void on_gone(std::function<void()> then) override {
    asio::post(executor_, [self = self_.lock(), then = std::move(then)]() mutable {
      if (self->gone_) return then();
      self->then_ = std::move(then);
    });
  }

  // On the I/O thread.
  void set_self(const std::shared_ptr<ConnectionResponder>& self) { self_ = self; }
  void leave() {
    gone_ = true;
    if (const auto then = std::exchange(then_, nullptr)) then();
  }
  void forget() { then_ = nullptr; }

 private:
  template <class Call>
  void post(Call call) {
    if (gone_) return;
    asio::post(executor_, [connection = connection_, call = std::move(call)]() mutable {
      if (const auto c = connection.lock()) call(*c);
    });
  }

  std::weak_ptr<Connection> connection_;
  asio::any_io_executor executor_;
  int64_t request_;
  std::atomic<bool> gone_{false};
  std::function<void()> then_;
  std::weak_ptr<ConnectionResponder> self_;
};

static asio::ip::address peer_address(const asio::ip::tcp::socket& socket) {
  error_code gone;  // already: no address, 0.0.0.0
  return plain_address(socket.remote_endpoint(gone).address());
}

Connection::Connection(asio::ip::tcp::socket socket, const ConnectionSetting& setting)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      setting_(setting),
      peer_(setting.peers.enter(peer_address(socket_))) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  ++traffic_here().n_connections;
  ++setting_.traffic.n_open;
}

Connection::~Connection() {
  release_body();
  setting_.peers.leave(peer_);
  --setting_.traffic.n_open;
}

void Connection::start() { await_request(); }

void Connection::end_if_idle() {
  if (phase_ == Phase::kIdle) close();
}

void Connection::close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
  if (responder_) std::exchange(responder_, nullptr)->leave();
}

PeerTraffic& Connection::traffic_here() {
  return peer_.is_loopback ? setting_.traffic.loopback : setting_.traffic.other;
}

void Connection::count_in(size_t n_bytes) {
  traffic_here().in_bytes += static_cast<int64_t>(n_bytes);
  peer_.traffic.in_bytes += static_cast<int64_t>(n_bytes);
}

// Beast says what it parsed; some of that may have stood in the buffer before, some of what came may be left there.
void Connection::count_parsed(size_t n_bytes, size_t n_buffered_before) {
  count_in(n_bytes + buffer_.size() - n_buffered_before);
}

bool Connection::has_room_for_body() const {
  const HttpLimits& limits = setting_.options.limits;
  return n_body_bytes_ <= limits.small_body_bytes || setting_.n_held_body_bytes <= limits.all_bodies_bytes;
}

void Connection::release_body() { setting_.n_held_body_bytes -= std::exchange(n_body_bytes_, 0); }

void Connection::set_deadline(double seconds) {
  timer_.expires_after(std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000)));
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->on_deadline();
  });
}

void Connection::on_deadline() {
  const HttpLimits& limits = setting_.options.limits;
  // A handler that was already under way when the timer was set anew.
  if (timer_.expiry() > asio::steady_timer::clock_type::now()) return;
  error_code ignored;
  switch (phase_) {
    case Phase::kHeader:
      keep_alive_ = false;
      socket_.cancel(ignored);  // the reading that waits
      return refuse(408, msg::kHeaderTooSlow);
    case Phase::kBody: {
      const double waited_s = now_s() - body_began_s_ - limits.body_grace_s;
      if (static_cast<double>(n_body_bytes_) >= waited_s * limits.body_rate_bytes_per_s) return set_deadline(1);
      keep_alive_ = false;
      socket_.cancel(ignored);
      return refuse(408, msg::kBodyTooSlow);
    }
    default:
      close();
  }
}

void Connection::await_request() {
  parser_.emplace();
  release_body();
  const HttpLimits& limits = setting_.options.limits;
  // What is between fields and before them counts here, too; reason_to_refuse() looks at each limit by itself.
  parser_->header_limit(static_cast<uint32_t>(limits.target_bytes + limits.header_bytes + 8 * limits.n_fields));
  parser_->body_limit(static_cast<uint64_t>(limits.body_bytes));
  allowed_origin_.clear();
  keep_alive_ = is_head_ = is_http_1_0_ = chunked_ = ends_ = false;
  if (setting_.draining && n_requests_ > 0) return close();
  if (is_watching_) {  // whose reading goes on as ours
    phase_ = Phase::kIdle;
    error_code ignored;
    if (buffer_.size() > 0) socket_.cancel(ignored);
    return set_deadline(limits.idle_s);
  }
  if (buffer_.size() > 0) return read_header();
  phase_ = Phase::kIdle;
  // a first request must come as soon as its header
  set_deadline(n_requests_ == 0 ? limits.header_s : limits.idle_s);
  socket_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](error_code error, size_t n) {
    if (error) return self->close();
    self->count_in(n);
    self->buffer_.commit(n);
    if (self->phase_ == Phase::kIdle) self->read_header();
  });
}

void Connection::read_header() {
  phase_ = Phase::kHeader;
  set_deadline(setting_.options.limits.header_s);
  const auto on_read = [self = shared_from_this(), n_before = buffer_.size()](error_code error, size_t n) {
    self->count_parsed(n, n_before);
    if (self->phase_ != Phase::kHeader) return;
    if (!error) return self->take_header();
    self->keep_alive_ = false;
    if (error == http::error::end_of_stream || error == asio::error::eof || error == asio::error::connection_reset ||
        error == http::error::partial_message) {
      return self->close();
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return self->refuse(431, msg::kRequestHeaderTooLong);
    }
    if (error == http::error::body_limit) return self->refuse(413, msg::kBodyTooLong);
    if (error == http::error::bad_version) return self->refuse(505, msg::kHttpVersion);
    self->refuse(400, msg::kNotHttp);
  };
  http::async_read_header(socket_, buffer_, *parser_, on_read);
}

// What is wrong with a request, by its header.
std::optional<std::pair<int, const Message*>> Connection::reason_to_refuse() const {
  const HttpLimits& limits = setting_.options.limits;
  const auto& header = parser_->get();
  const auto reason = [](int status, const Message& message) { return std::pair(status, &message); };
  if (std::ssize(header.target()) > limits.target_bytes) return reason(414, msg::kTargetTooLong);
  int64_t n_fields = 0, n_bytes = 0;
  for (const auto& field : header) {
    const int64_t n_line = std::ssize(field.name_string()) + std::ssize(field.value());
    if (n_line > limits.line_bytes) return reason(431, msg::kHeaderLineTooLong);
    ++n_fields;
    n_bytes += n_line;
  }
  if (n_fields > limits.n_fields) return reason(431, msg::kTooManyHeaderLines);
  if (n_bytes > limits.header_bytes) return reason(431, msg::kRequestHeaderTooLong);
  if (header.target().empty() || header.target().front() != '/') return reason(400, msg::kNotHttp);
  const auto n_hosts = header.count(http::field::host);
  if (n_hosts > 1 || (n_hosts == 0 && header.version() >= 11)) return reason(400, msg::kOneHost);
  const auto text = [&](http::field name) { return std::string_view(header[name].data(), header[name].size()); };
  if (n_hosts == 1 && !setting_.guard.allows_host(text(http::field::host))) return reason(403, msg::kForeignHost);
  if (header.count(http::field::origin) > 0 &&
      !setting_.guard.allows_origin(text(http::field::origin), text(http::field::host))) {
    return reason(403, msg::kForeignOrigin);
  }
  if (header.count(http::field::expect) > 0 && !http::token_list(header[http::field::expect]).exists("100-continue")) {
    return reason(417, msg::kExpectation);
  }
  return std::nullopt;
}

void Connection::take_header() {
  ++n_requests_;
  const auto& header = parser_->get();
  is_head_ = header.method() == http::verb::head;
  is_http_1_0_ = header.version() < 11;
  keep_alive_ = header.keep_alive() && !setting_.draining;
  if (const auto refused = reason_to_refuse()) {
    keep_alive_ = false;
    return refuse(refused->first, *refused->second);
  }
  allowed_origin_ = std::string(header[http::field::origin]);
  const std::string_view target(header.target().data(), header.target().size());
  const auto text = [&](auto name) { return std::string_view(header[name].data(), header[name].size()); };
  const bool is_preflight = header.method() == http::verb::options;
  if (!is_preflight && !setting_.options.is_public(target.substr(0, target.find('?'))) &&
      !setting_.guard.allows_key(text(http::field::authorization), text("x-api-key"))) {
    keep_alive_ = keep_alive_ && parser_->is_done();
    return refuse(401, msg::kNeedsKey);
  }
  if (is_preflight) return answer_preflight();
  if (parser_->is_done()) return hand_over();
  if (header.count(http::field::expect) > 0) queue("HTTP/1.1 100 Continue\r\n\r\n");
  phase_ = Phase::kBody;
  body_began_s_ = now_s();
  set_deadline(setting_.options.limits.body_grace_s);
  read_body();
}

void Connection::read_body() {
  const auto on_read = [self = shared_from_this(), n_before = buffer_.size()](error_code error, size_t n) {
    self->count_parsed(n, n_before);
    if (self->phase_ != Phase::kBody) return;
    self->n_body_bytes_ += static_cast<int64_t>(n);
    self->setting_.n_held_body_bytes += static_cast<int64_t>(n);
    if (error && error != http::error::need_buffer) {
      self->keep_alive_ = false;
      if (error == http::error::body_limit) return self->refuse(413, msg::kBodyTooLong);
      if (error == http::error::partial_message || error.category() == asio::error::get_system_category() ||
          error == asio::error::eof) {
        return self->close();
      }
      return self->refuse(400, msg::kNotHttp);
    }
    if (!self->has_room_for_body()) {
      self->keep_alive_ = false;
      return self->refuse(503, msg::kTooManyBodies);
    }
    if (self->parser_->is_done()) return self->hand_over();
    self->read_body();
  };
  http::async_read_some(socket_, buffer_, *parser_, on_read);
}

void Connection::hand_over() {
  phase_ = Phase::kAnswer;
  timer_.cancel();
  auto& message = parser_->get();
  HttpRequest request;
  request.method = is_head_ ? "GET" : std::string(message.method_string());
  const std::string target(message.target());
  const size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  request.authorization = std::string(message[http::field::authorization]);
  request.x_api_key = std::string(message["x-api-key"]);
  request.if_none_match = std::string(message[http::field::if_none_match]);
  request.body = std::move(message.body());
  request.is_from_here = peer_.is_loopback;
  responder_ = std::make_shared<ConnectionResponder>(weak_from_this(), socket_.get_executor(), n_requests_);
  responder_->set_self(responder_);
  watch_client();
  setting_.handler(std::move(request), responder_);
}

// Answers at once, whatever has been read of the request.
void Connection::refuse(int status, const Message& reason) {
  const auto& header = parser_->get();
  const std::string_view target(header.target().data(), header.target().size());
  phase_ = Phase::kAnswer;
  send(n_requests_, setting_.options.refusal(target.substr(0, target.find('?')), status, std::string(reason.text())));
}

void Connection::answer_preflight() {
  keep_alive_ = keep_alive_ && parser_->is_done();
  phase_ = Phase::kAnswer;
  send(n_requests_, {.status = 204,
                     .fields = {{"Allow", "GET, HEAD, POST, OPTIONS"},
                                {"Access-Control-Allow-Methods", "GET, POST, OPTIONS"},
                                {"Access-Control-Allow-Headers", "*, authorization, content-type, x-api-key"},
                                {"Access-Control-Max-Age", "600"}}});
}

void Connection::begin_answer(const HttpAnswer& head, std::optional<int64_t> length) {
  chunked_ = !length && !is_http_1_0_;
  if (!length && is_http_1_0_) keep_alive_ = false;
  ++setting_.traffic.n_answers[std::min(head.status / 100, 5)];
  queue(answer_head(
      head, {.length = length, .chunked = chunked_, .keep_alive = keep_alive_, .allowed_origin = allowed_origin_}));
}

void Connection::send(int64_t request, HttpAnswer answer) {
  if (request != n_requests_ || phase_ != Phase::kAnswer || ends_) return;
  begin_answer(answer, std::ssize(answer.body));
  if (!is_head_ && !answer.body.empty()) queue(std::move(answer.body));
  finish_answer();
}

void Connection::begin(int64_t request, HttpAnswer head) {
  if (request != n_requests_ || phase_ != Phase::kAnswer || ends_) return;
  begin_answer(head, std::nullopt);
}

void Connection::write(int64_t request, std::string piece) {
  if (request != n_requests_ || phase_ != Phase::kAnswer || ends_ || is_head_ || piece.empty()) return;
  if (queued_bytes_ + std::ssize(piece) > setting_.options.limits.unsent_bytes) return close();
  queue(chunked_ ? chunk_of(piece) : std::move(piece));
}

void Connection::end(int64_t request) {
  if (request != n_requests_ || phase_ != Phase::kAnswer || ends_) return;
  if (chunked_ && !is_head_) queue(std::string(kLastChunk));
  finish_answer();
}

void Connection::finish_answer() {
  ends_ = true;
  if (responder_) std::exchange(responder_, nullptr)->forget();
  if (!is_writing_) write_queued();
}

void Connection::queue(std::string text) {
  queued_bytes_ += std::ssize(text);
  queued_.push_back(std::move(text));
  if (!is_writing_) write_queued();
}

void Connection::write_queued() {
  if (phase_ == Phase::kClosed) return;
  if (queued_.empty()) {
    if (phase_ == Phase::kAnswer) timer_.cancel();
    if (phase_ != Phase::kAnswer || !ends_) return;
    return keep_alive_ ? await_request() : linger();
  }
  is_writing_ = true;
  // all that waits, in one call of the system
  std::vector<asio::const_buffer> pieces;
  size_t n_pieces = 0;
  for (const std::string& text : queued_) {
    if (++n_pieces > 64) break;
    pieces.emplace_back(text.data(), text.size());
  }
  n_pieces = pieces.size();
  if (phase_ == Phase::kAnswer) set_deadline(setting_.options.limits.stalled_s);
  asio::async_write(socket_, pieces, [self = shared_from_this(), n_pieces](error_code error, size_t n) {
    self->is_writing_ = false;
    self->traffic_here().out_bytes += static_cast<int64_t>(n);
    self->peer_.traffic.out_bytes += static_cast<int64_t>(n);
    if (error) return self->close();
    self->queued_.erase(self->queued_.begin(), self->queued_.begin() + static_cast<ptrdiff_t>(n_pieces));
    self->queued_bytes_ -= static_cast<int64_t>(n);
    self->write_queued();
  });
}

// The connection ends with this answer.  What the client still sends is read for a moment: closing at once would reset
// the connection, and the answer might be lost.
void Connection::linger() {
  phase_ = Phase::kLinger;
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  set_deadline(1);
  if (!is_watching_) watch_client();
}

// Reads on while an answer is given: the next request's beginning, or the end.  Who sends more than that is dropped, as
// his leaving could not be seen.
void Connection::watch_client() {
  constexpr size_t kReadAhead = 64 << 10;
  if (phase_ == Phase::kLinger) buffer_.consume(buffer_.size());
  if (buffer_.size() >= kReadAhead) return close();
  is_watching_ = true;
  socket_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](error_code error, size_t n) {
    self->is_watching_ = false;
    if (error == asio::error::operation_aborted && self->phase_ == Phase::kIdle) return self->read_header();
    if (error || self->phase_ == Phase::kClosed) return self->close();
    self->count_in(n);
    self->buffer_.commit(n);
    if (self->phase_ == Phase::kIdle) self->read_header();
    else self->watch_client();
  });
}

}  // namespace ondol
