// GET /seal: the receipt of a sealed server; 404 where it is not sealed.
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {

namespace {

AcceptedPeer peer_of(const PeerTraffic& traffic, bool is_loopback) {
  return {is_loopback, traffic.n_connections, traffic.in_bytes, traffic.out_bytes};
}

ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  if (!service.seal) return refuse(404, std::string(msg::kNotSealed.text()));
  std::vector<AcceptedPeer> peers = {peer_of(service.traffic->loopback, true), peer_of(service.traffic->other, false)};
  std::erase_if(peers, [](const AcceptedPeer& peer) { return peer.n_connections == 0; });
  SealReceipt receipt = *service.seal;
  if (receipt.network_namespace) receipt.interfaces = read_interface_traffic();  // as they stand now
  send_json(*responder, receipt_json(receipt, peers));
  return {};
}

}  // namespace

extern constinit const Endpoint seal{"GET", "/seal", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
