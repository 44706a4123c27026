// Listener: the sockets a server is reached by, opened before anything else so that a sealed process need make none.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ondol {

struct Listener {
  std::vector<int> sockets;  // listening, non-blocking; owned
  std::vector<bool> is_v6;   // of each
  std::string url;           // by which a browser reaches it
  bool is_loopback = true;   // nothing but this machine can

  Listener() = default;
  Listener(Listener&& other) noexcept { *this = std::move(other); }
  Listener& operator=(Listener&& other) noexcept {
    std::swap(sockets, other.sockets);
    std::swap(is_v6, other.is_v6);
    std::swap(url, other.url);
    std::swap(is_loopback, other.is_loopback);
    return *this;
  }
  ~Listener();
};

// Listens on `host` ("localhost" for 127.0.0.1 and, where the machine has it, ::1; else an address) and `port`, 0 for
// any that is free.  Fails with kUsage for a host that is neither, kIo where the port is taken, naming the next step.
Result<Listener> open_listener(const std::string& host, int port);

}  // namespace ondol
