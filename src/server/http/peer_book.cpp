#include "server/http/peer_book.h"

#include <algorithm>

namespace ondol {

namespace ip = boost::asio::ip;

ip::address plain_address(const ip::address& address) {
  if (!address.is_v6()) return address;
  ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6);
  v6.scope_id(0);
  return v6;
}

// Drops the oldest peer that has no connection.  False where all have one.
bool PeerBook::make_room() {
  const auto oldest = std::find_if(newest_.rbegin(), newest_.rend(), [](const Peer& peer) { return peer.n_open == 0; });
  if (oldest == newest_.rend()) return false;
  PeerTraffic& rest = rest_of(oldest->is_loopback).traffic;
  rest.n_connections += oldest->traffic.n_connections;
  rest.in_bytes += oldest->traffic.in_bytes;
  rest.out_bytes += oldest->traffic.out_bytes;
  newest_.erase(std::next(oldest).base());
  return true;
}

PeerBook::Peer& PeerBook::enter(const ip::address& address) {
  const std::string name = address.to_string();
  auto found = std::find_if(newest_.begin(), newest_.end(), [&](const Peer& peer) { return peer.address == name; });
  if (found == newest_.end() && (newest_.size() < kMostPeers || make_room())) {
    found = newest_.emplace(newest_.begin());
    found->address = name;
    found->is_loopback = address.is_loopback();
  }
  if (found != newest_.end()) newest_.splice(newest_.begin(), newest_, found);
  Peer& peer = found != newest_.end() ? *found : rest_of(address.is_loopback());
  ++peer.n_open;
  ++peer.traffic.n_connections;
  return peer;
}

}  // namespace ondol
