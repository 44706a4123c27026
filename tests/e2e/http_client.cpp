#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace ondol::e2e {
namespace {

constexpr int kPatience_ms = 60'000;

}  // namespace

std::string HttpReply::field(std::string_view name) const {
  for (const auto& [each, value] : fields) {
    if (each.size() == name.size() && strncasecmp(each.data(), name.data(), name.size()) == 0) return value;
  }
  return "";
}

HttpClient::HttpClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) shutdown(socket_, SHUT_RDWR);
}

HttpClient::~HttpClient() {
  if (socket_ >= 0) close(socket_);
}

void HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

bool HttpClient::read_more() {
  pollfd end{socket_, POLLIN, 0};
  if (poll(&end, 1, kPatience_ms) <= 0) return false;
  char piece[65536];
  const ssize_t n = ::read(socket_, piece, sizeof piece);
  if (n <= 0) return false;
  bytes_.append(piece, static_cast<size_t>(n));
  return true;
}

bool HttpClient::take(size_t n_bytes, std::string& to) {
  while (bytes_.size() < n_bytes) {
    if (read_more()) continue;
    to += std::exchange(bytes_, {});
    return false;
  }
  to.append(bytes_, 0, n_bytes);
  bytes_.erase(0, n_bytes);
  return true;
}

bool HttpClient::take_line(std::string& line) {
  size_t end;
  while ((end = bytes_.find("\r\n")) == std::string::npos) {
    if (!read_more()) return false;
  }
  line = bytes_.substr(0, end);
  bytes_.erase(0, end + 2);
  return true;
}

HttpReply HttpClient::read(bool no_body) {
  HttpReply reply;
  std::string line;
  if (!take_line(line) || !line.starts_with("HTTP/1.1 ")) return reply;
  reply.status = std::atoi(line.c_str() + 9);
  while (take_line(line) && !line.empty()) {
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) reply.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  if (no_body || reply.status == 204) {
    reply.is_whole = true;
  } else if (reply.field("Transfer-Encoding") == "chunked") {
    while (take_line(line)) {
      const size_t n_bytes = std::strtoul(line.c_str(), nullptr, 16);
      if (!take(n_bytes, reply.body) || !take_line(line)) return reply;
      if (n_bytes == 0) {
        reply.is_whole = true;
        return reply;
      }
    }
  } else if (const std::string length = reply.field("Content-Length"); !length.empty()) {
    reply.is_whole = take(std::strtoul(length.c_str(), nullptr, 10), reply.body);
  } else {
    while (read_more()) {}
    reply.body = std::exchange(bytes_, {});
    reply.is_whole = true;
  }
  return reply;
}

void HttpClient::await_bytes(size_t n) {
  while (bytes_.size() < n && read_more()) {}
}

std::string HttpClient::read_until(std::string_view text) {
  size_t at;
  while ((at = bytes_.find(text)) == std::string::npos) {
    if (!read_more()) break;
  }
  std::string taken;
  take(at == std::string::npos ? bytes_.size() : at + text.size(), taken);
  return taken;
}

bool HttpClient::at_end() { return bytes_.empty() && !read_more(); }

void HttpClient::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(std::exchange(socket_, -1));
}

std::string http_request(std::string_view method, std::string_view path, std::string_view body,
                         std::string_view fields) {
  std::string request;
  request.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(fields);
  if (!body.empty() || method == "POST") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return request.append("\r\n").append(body);
}

HttpReply ask(int port, std::string_view method, std::string_view path, std::string_view body,
              std::string_view fields) {
  HttpClient client(port);
  client.send(http_request(method, path, body, fields));
  return client.read(method == "HEAD");
}

std::vector<std::string> events_of(std::string_view body) {
  constexpr std::string_view kData = "data: ";
  std::vector<std::string> events;
  while (!body.empty()) {
    const size_t end = std::min(body.find('\n'), body.size());
    const std::string_view line = body.substr(0, end);
    if (line.starts_with(kData)) events.emplace_back(line.substr(kData.size()));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return events;
}

}  // namespace ondol::e2e
