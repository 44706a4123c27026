#include <cstring>
#include <nlohmann/json.hpp>

#include "seal/seal_receipt.h"

namespace ondol {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* name_of(MissingPart::Part part) {
  constexpr const char* kNames[] = {"call_filter", "user_namespace", "network_namespace",
                                    "landlock",    "landlock_tcp",   "privileges"};
  return kNames[static_cast<int>(part)];
}

Json traffic_of(const AcceptedPeer& peer) {
  return {
      {"connections", peer.n_connections}, {"received_bytes", peer.received_bytes}, {"sent_bytes", peer.sent_bytes}};
}

Json sum_of(std::span<const AcceptedPeer> peers, bool is_loopback) {
  AcceptedPeer sum;
  for (const AcceptedPeer& peer : peers) {
    if (peer.is_loopback != is_loopback) continue;
    sum.n_connections += peer.n_connections;
    sum.received_bytes += peer.received_bytes;
    sum.sent_bytes += peer.sent_bytes;
  }
  return traffic_of(sum);
}

Json named(std::span<const AcceptedPeer> peers) {
  Json list = Json::array();
  for (const AcceptedPeer& peer : peers) {
    Json entry = {{"address", peer.address.empty() ? Json(nullptr) : Json(peer.address)},
                  {"loopback", peer.is_loopback}};
    entry.update(traffic_of(peer));
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

std::string receipt_json(const SealReceipt& receipt, std::span<const AcceptedPeer> peers, bool names_peers) {
  auto tried = Json::array(), interfaces = Json::array(), missing = Json::array();
  for (const TriedCall& call : receipt.tried) {
    tried.push_back({{"call", call.name}, {"outcome", outcome_of(call)}, {"held", call.held}});
  }
  for (const InterfaceTraffic& i : receipt.interfaces) {
    interfaces.push_back({{"name", i.name},
                          {"received_bytes", i.received_bytes},
                          {"received_packets", i.received_packets},
                          {"sent_bytes", i.sent_bytes},
                          {"sent_packets", i.sent_packets}});
  }
  for (const MissingPart& part : receipt.missing) {
    missing.push_back({{"part", name_of(part.part)}, {"reason", part.error == 0 ? "" : strerrorname_np(part.error)}});
  }
  Json json = {{"level", receipt.level == SealLevel::kStrict ? "strict" : "best-effort"},
               {"policy", {{"sha256", to_hex(policy_hash(receipt.role))}, {"text", policy_text(receipt.role)}}},
               {"tried", std::move(tried)},
               {"namespaces", {{"user", receipt.user_namespace}, {"network", receipt.network_namespace}}},
               {"interfaces", std::move(interfaces)},
               {"landlock_abi", receipt.landlock_abi},
               {"files", {{"readable", receipt.n_readable}, {"writable", receipt.n_writable}}},
               {"threads", {{"all", receipt.threads.all}, {"filtered", receipt.threads.filtered}}},
               {"socket_streams", receipt.socket_streams},
               {"missing", std::move(missing)}};
  if (receipt.role.serves) json["accepted"] = {{"loopback", sum_of(peers, true)}, {"other", sum_of(peers, false)}};
  if (receipt.role.serves && names_peers) json["accepted"]["peers"] = named(peers);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ondol
