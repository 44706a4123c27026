#include "raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace ondol::e2e {
namespace {

std::string unchunked(std::string_view body) {
  std::string whole;
  for (;;) {
    const size_t end = body.find("\r\n");
    const size_t size = end == std::string_view::npos ? 0 : std::strtoul(body.data(), nullptr, 16);
    if (size == 0 || end + 2 + size > body.size()) return whole;
    whole += body.substr(end + 2, size);
    body.remove_prefix(std::min(body.size(), end + 2 + size + 2));
  }
}

}  // namespace

std::string http_request(const std::string& method, const std::string& path, const std::string& body) {
  return method + " " + path +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // one who waits longer has found a stream that got stuck
  const timeval patience{.tv_sec = 60, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) reset();
}

RawClient::~RawClient() {
  if (socket_ >= 0) close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes);
}

bool RawClient::read_more() {
  char piece[16384];
  const ssize_t n = recv(socket_, piece, sizeof piece, 0);
  if (n > 0) received_.append(piece, static_cast<size_t>(n));
  return n > 0;
}

void RawClient::await_bytes(size_t n) {
  while (received_.size() < n && read_more()) {}
}

RawAnswer RawClient::answer() {
  while (read_more()) {}
  RawAnswer answer;
  const size_t end = received_.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = received_.substr(0, end);
  answer.status = std::atoi(answer.head.c_str() + answer.head.find(' '));
  answer.body = received_.substr(end + 4);
  if (answer.head.find("Transfer-Encoding: chunked") != std::string::npos) answer.body = unchunked(answer.body);
  return answer;
}

void RawClient::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(socket_);
  socket_ = -1;
}

}  // namespace ondol::e2e
