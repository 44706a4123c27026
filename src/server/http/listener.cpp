#include "server/http/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "server/http/guard.h"
#include "server/server_messages.h"

namespace ondol {
namespace {

constexpr int kBacklog = 4096;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family() const { return storage.ss_family; }
  void set_port(int port) {
    const auto wire = htons(static_cast<uint16_t>(port));
    if (family() == AF_INET) reinterpret_cast<sockaddr_in&>(storage).sin_port = wire;
    else reinterpret_cast<sockaddr_in6&>(storage).sin6_port = wire;
  }
  int port() const {
    return ntohs(family() == AF_INET ? reinterpret_cast<const sockaddr_in&>(storage).sin_port
                                     : reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  }
};

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    address.size = sizeof v4;
    return address;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    address.size = sizeof v6;
    return address;
  }
  return std::nullopt;
}

// The socket, or an errno.
tl::expected<int, int> listen_on(Address& address) {
  const int socket_fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return tl::make_unexpected(errno);
  const int one = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (address.family() == AF_INET6) setsockopt(socket_fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  const auto fail_with_errno = [&] {
    const int reason = errno;
    close(socket_fd);
    return tl::make_unexpected(reason);
  };
  if (bind(socket_fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) return fail_with_errno();
  if (listen(socket_fd, kBacklog) != 0) return fail_with_errno();
  socklen_t size = sizeof address.storage;
  if (getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address.storage), &size) != 0) return fail_with_errno();
  return socket_fd;
}

}  // namespace

Listener::~Listener() {
  for (const int socket_fd : sockets) close(socket_fd);
}

Result<Listener> open_listener(const std::string& host, int port) {
  const bool is_localhost = host == "localhost";
  const auto first = parse_address(is_localhost ? "127.0.0.1" : host);
  if (!first) return fail(ErrorKind::kUsage, msg::kNotAnAddress, host);
  std::vector<Address> addresses = {*first};
  if (is_localhost) addresses.push_back(*parse_address("::1"));
  const bool chooses_port = port == 0;
  Listener listener;
  for (Address& address : addresses) {
    address.set_port(port);
    const auto socket_fd = listen_on(address);
    if (!socket_fd) {
      // Many machines have no ::1; but another server there would be taken for this one.
      const bool is_taken = socket_fd.error() == EADDRINUSE && !chooses_port;
      if (!listener.sockets.empty() && !is_taken) continue;
      return fail(ErrorKind::kIo, msg::kCannotListen, host, port, std::strerror(socket_fd.error()));
    }
    listener.sockets.push_back(*socket_fd);
    listener.is_v6.push_back(address.family() == AF_INET6);
    port = address.port();
  }
  listener.is_loopback = is_loopback_name(host);
  const bool is_v6_literal = host.find(':') != std::string::npos;
  listener.url = fmt::format("http://{}:{}/", is_v6_literal ? "[" + host + "]" : host, port);
  return listener;
}

}  // namespace ondol
