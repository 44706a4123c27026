// PeerBook: what each peer of the server has sent and got, for the seal's receipt.
//
// A peer is an address without its port: ports are new with each connection.  The newest 64 addresses are kept; what
// older ones did is summed, so that strangers cannot fill the memory.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <list>
#include <string>

#include "server/http/traffic_count.h"

namespace ondol {

// An address of IPv4 that came over a socket of IPv6 is one of IPv4; an interface is no part of an address.
boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

// On the I/O thread only.
class PeerBook {
 public:
  static constexpr size_t kMostPeers = 64;

  struct Peer {
    std::string address;  // "": all that are not listed by their own
    bool is_loopback = false;
    int64_t n_open = 0;  // connections, now
    PeerTraffic traffic{};
  };

  // The peer of a connection that begins; stays where it is until leave().
  Peer& enter(const boost::asio::ip::address& address);
  void leave(Peer& peer) { --peer.n_open; }

  // Of the newest peers, the latest first, and of the rest: of this machine, and of others.
  const std::list<Peer>& newest() const { return newest_; }
  const Peer& rest(bool of_loopback) const { return of_loopback ? rest_loopback_ : rest_other_; }

 private:
  Peer& rest_of(bool is_loopback) { return is_loopback ? rest_loopback_ : rest_other_; }
  bool make_room();

  std::list<Peer> newest_;
  Peer rest_loopback_{.address = {}, .is_loopback = true}, rest_other_{};
};

}  // namespace ondol
