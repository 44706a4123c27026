// A user and a network namespace of the process's own: no interface but a loopback that is down.
#pragma once

namespace ondol {

struct Namespaces {
  bool user = false, network = false;
  int error = 0;  // the errno for which one is missing
};

// Enters both, or the network's alone where only that is allowed (root in a container).  Users and groups keep their
// numbers; other groups than the first are lost.  Sockets that are open stay where they are, so a listener still
// accepts. Only while this process has one thread.
Namespaces enter_namespaces();

}  // namespace ondol
