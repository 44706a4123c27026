#include "seal/seal_receipt.h"

#include <algorithm>
#include <cstring>

#include "seal/seal_messages.h"

namespace ondol {
namespace {

std::string join(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

// "EPERM: socket(AF_INET), …; SIGSYS: …", or "" when `held` tells none of them.
std::string calls_by_outcome(const std::vector<TriedCall>& calls, bool held) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const TriedCall& call : calls) {
    if (call.held != held) continue;
    const std::string outcome = outcome_of(call);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == outcome; });
    if (group == groups.end()) group = groups.insert(groups.end(), {outcome, {}});
    group->second.emplace_back(call.name);
  }
  std::vector<std::string> texts;
  for (const auto& [outcome, names] : groups) texts.push_back(outcome + " " + join(names));
  return fmt::format("{}", fmt::join(texts, "; "));
}

const Message& name_of(MissingPart::Part part) {
  switch (part) {
    case MissingPart::Part::kCallFilter:
      return msg::kSealPartCallFilter;
    case MissingPart::Part::kUserNamespace:
      return msg::kSealPartUserNamespace;
    case MissingPart::Part::kNetworkNamespace:
      return msg::kSealPartNetworkNamespace;
    case MissingPart::Part::kLandlock:
      return msg::kSealPartLandlock;
    case MissingPart::Part::kLandlockTcp:
      return msg::kSealPartLandlockTcp;
    case MissingPart::Part::kPrivileges:
      break;
  }
  return msg::kSealPartPrivileges;
}

std::string text_of(const MissingPart& missing) {
  const std::string name(name_of(missing.part).text());
  return name + " (" + (missing.error == 0 ? std::string(msg::kSealOldKernel.text()) : std::strerror(missing.error)) +
         ")";
}

std::string network_line(const SealReceipt& receipt) {
  if (!receipt.network_namespace) return std::string(msg::kSealSharedNetwork.text());
  std::vector<std::string> interfaces;
  for (const InterfaceTraffic& i : receipt.interfaces) {
    interfaces.push_back(format_message(msg::kSealInterface, i.name, i.received_bytes, i.sent_bytes));
  }
  return format_message(msg::kSealOwnNetwork, join(interfaces));
}

}  // namespace

bool SealReceipt::lacks(MissingPart::Part part) const {
  return std::any_of(missing.begin(), missing.end(), [&](const MissingPart& m) { return m.part == part; });
}

std::string receipt_text(const SealReceipt& receipt) {
  const Message& title = receipt.lacks(MissingPart::Part::kCallFilter) ? msg::kSealPartTitle : msg::kSealTitle;
  std::vector<std::string> lines = {
      format_message(title, to_hex(policy_hash(receipt.role))),
      format_message(msg::kSealRefusedCalls, calls_by_outcome(receipt.tried, true)), network_line(receipt),
      receipt.landlock_abi > 0
          ? format_message(msg::kSealFiles, receipt.landlock_abi, receipt.n_readable, receipt.n_writable)
          : std::string(msg::kSealAnyFile.text()),
      format_message(msg::kSealThreads, receipt.threads.filtered, receipt.threads.all)};
  if (const std::string open = calls_by_outcome(receipt.tried, false); !open.empty()) {
    lines.push_back(format_message(msg::kSealOpenCalls, open));
  }
  if (!receipt.socket_streams.empty()) {
    lines.push_back(format_message(msg::kSealSocketStreams, fmt::join(receipt.socket_streams, ", ")));
  }
  if (!receipt.missing.empty()) {
    std::vector<std::string> missing;
    for (const MissingPart& part : receipt.missing) missing.push_back(text_of(part));
    lines.push_back(format_message(msg::kSealMissing, join(missing)));
  }
  return fmt::format("{}\n", fmt::join(lines, "\n  "));
}

}  // namespace ondol
