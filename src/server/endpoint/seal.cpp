// GET /seal: the receipt of a sealed server; 404 where it is not sealed.
//
// Who asks over this machine's loopback reads what each peer has sent and got, by its address; others, who may hold a
// key all the same, learn sums only, and of nobody else that he was there.
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {

namespace {

std::vector<AcceptedPeer> peers_of(const PeerBook& book) {
  std::vector<AcceptedPeer> peers;
  const auto add = [&](const PeerBook::Peer& peer) {
    const PeerTraffic& traffic = peer.traffic;
    if (traffic.n_connections == 0) return;
    peers.push_back({peer.is_loopback, traffic.n_connections, traffic.in_bytes, traffic.out_bytes, peer.address});
  };
  for (const PeerBook::Peer& peer : book.newest()) add(peer);
  for (const bool of_loopback : {true, false}) add(book.rest(of_loopback));
  return peers;
}

ApiStatus answer(const HttpRequest& request, Service& service, const std::shared_ptr<Responder>& responder) {
  if (!service.seal) return refuse(404, std::string(msg::kNotSealed.text()));
  SealReceipt receipt = *service.seal;
  if (receipt.network_namespace) receipt.interfaces = read_interface_traffic();  // as they stand now
  send_json(*responder, receipt_json(receipt, peers_of(*service.peers), /*names_peers=*/request.is_from_here));
  return {};
}

}  // namespace

extern constinit const Endpoint seal{"GET", "/seal", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
