// SealReceipt: what a sealed process has given up, tried for real; for people as text and for programs as JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "seal/filtered_threads.h"
#include "seal/interface_traffic.h"
#include "seal/seal_policy.h"
#include "seal/tried_call.h"

namespace ondol {

enum class SealLevel {
  kStrict,      // refuses to start without a part that no kernel we support lacks
  kBestEffort,  // starts with what there is
};

// A part of the seal that this machine does not give.
struct MissingPart {
  enum class Part { kCallFilter, kUserNamespace, kNetworkNamespace, kLandlock, kLandlockTcp, kPrivileges };
  Part part;
  int error = 0;  // the reason; 0: the kernel is too old
};

struct SealReceipt {
  SealLevel level = SealLevel::kStrict;
  SealRole role;
  std::vector<TriedCall> tried;
  bool user_namespace = false, network_namespace = false;
  std::vector<InterfaceTraffic> interfaces;  // of its own network namespace; none without one
  int landlock_abi = 0;                      // 0: files are not restricted by it
  int n_readable = 0, n_writable = 0;        // files and folders given
  ThreadCount threads;
  std::vector<int> socket_streams;  // of 0, 1, 2: those that are sockets, which the seal leaves open
  std::vector<MissingPart> missing;

  bool lacks(MissingPart::Part part) const;
};

// What a peer has sent and got over a server's accepted connections, open and closed; it counts, at the socket.
struct AcceptedPeer {
  bool is_loopback = false;
  int64_t n_connections = 0;
  int64_t received_bytes = 0, sent_bytes = 0;
  std::string address = {};  // without its port; "": several, summed
};

// Some lines in the user's language, each with its end.
std::string receipt_text(const SealReceipt& receipt);

// An object; see docs/seal.md.  `peers` stand in that of a server only: sums of loopback and of others and, where
// `names_peers`, each of them.
std::string receipt_json(const SealReceipt& receipt, std::span<const AcceptedPeer> peers = {},
                         bool names_peers = false);

}  // namespace ondol
