// What planted code would try in order to get out: each attempt really does it where nothing stops it.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>

namespace ondol::escape {

// What lies around the sealed process, made before the seal.
struct Surroundings {
  int tcp_port = 0, udp_port = 0;  // somebody listens, on 127.0.0.1
  int udp_socket = -1;             // open, connected to udp_port
  pid_t neighbour = 0;             // another process of this user, which sleeps
  std::string outside;             // a file that is not among those given
};

struct Attempt {
  const char* name;
  int (*make)(const Surroundings& around);  // 0: got out; else an errno
  bool is_last = false;                     // may be killed for it, or become another program
};

std::span<const Attempt> attempts();

// Of a server, on a connection it has accepted: ways to send that are none.
int send_elsewhere(int connection, const Surroundings& around);
int send_by_fast_open(int connection, const Surroundings& around);

}  // namespace ondol::escape
