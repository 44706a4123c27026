#include "fake_endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace ondol::e2e {
namespace {

// True when `fd` can be read within a tenth of a second.
bool is_readable(int fd) {
  pollfd end{fd, POLLIN, 0};
  return poll(&end, 1, 100) > 0;
}

bool send_all(int connection, const std::string& bytes) {
  return send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

std::string http_response(const std::string& status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + status +
         "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + headers + "\r\n" + body;
}

std::string completion_body(const std::string& text) {
  const nlohmann::json body = {
      {"choices",
       {{{"index", 0}, {"message", {{"role", "assistant"}, {"content", text}}}, {"finish_reason", "stop"}}}}};
  return body.dump();
}

FakeEndpoint::FakeEndpoint(Reply reply, Ending ending) : reply_(std::move(reply)), ending_(ending) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);  // port 0: a free one
  socklen_t size = sizeof address;
  const bool listens = listener_ >= 0 && bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       listen(listener_, 16) == 0 &&
                       getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listens) std::abort();
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FakeEndpoint::~FakeEndpoint() {
  ends_ = true;
  thread_.join();
  close(listener_);
}

std::string FakeEndpoint::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

std::vector<HttpRequest> FakeEndpoint::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FakeEndpoint::serve() {
  while (!ends_) {
    if (!is_readable(listener_)) continue;
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    answer(connection);
    close(connection);
  }
}

void FakeEndpoint::answer(int connection) {
  std::string bytes;
  size_t body_at = std::string::npos, size = 0;
  while (!ends_ && (body_at == std::string::npos || bytes.size() < body_at + size)) {
    if (!is_readable(connection)) continue;
    char piece[65536];
    const ssize_t n = read(connection, piece, sizeof piece);
    if (n <= 0) return;
    bytes.append(piece, static_cast<size_t>(n));
    if (const size_t end = bytes.find("\r\n\r\n"); body_at == std::string::npos && end != std::string::npos) {
      body_at = end + 4;
      const size_t length = bytes.find("Content-Length: ");
      if (length < end) size = static_cast<size_t>(std::atoll(bytes.c_str() + length + 16));
    }
  }
  if (ends_) return;
  const HttpRequest request{bytes.substr(0, body_at), bytes.substr(body_at)};
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  if (!send_all(connection, reply_(request))) return;
  const std::string more(65536, 'x');
  while (!ends_ && ending_ == Ending::kEndlessBody && send_all(connection, more)) {}
  while (!ends_ && ending_ == Ending::kSilence && !is_readable(connection)) {}
}

}  // namespace ondol::e2e
