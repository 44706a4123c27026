#include "seal/seal.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "seal/call_filter.h"
#include "seal/child_process.h"
#include "seal/forbidden_calls.h"
#include "seal/foreign_calls.h"
#include "seal/inherited_sockets.h"
#include "seal/landlock.h"
#include "seal/namespaces.h"
#include "seal/privileges.h"
#include "seal/seal_messages.h"

namespace ondol {
namespace {

using Part = MissingPart::Part;

// The first ABI that forbids TCP.
constexpr int kLandlockTcpAbi = 4;

constexpr bool is_known_machine() {
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  return true;
#else
  return false;
#endif
}

// A strict seal is refused; otherwise the part is noted as missing.
Status miss(SealReceipt& receipt, Part part, int error, const Message& refusal) {
  if (receipt.level == SealLevel::kStrict) return fail(ErrorKind::kRefused, refusal, std::strerror(error));
  receipt.missing.push_back({part, error});
  return ok();
}

void leave_network(SealReceipt& receipt) {
  const Namespaces entered = enter_namespaces();
  receipt.user_namespace = entered.user;
  receipt.network_namespace = entered.network;
  if (!entered.user) receipt.missing.push_back({Part::kUserNamespace, entered.error});
  if (!entered.network) receipt.missing.push_back({Part::kNetworkNamespace, entered.error});
}

void leave_files(SealReceipt& receipt, const SealRequest& request) {
  const LandlockState state = restrict_files(request.readable, request.writable);
  receipt.landlock_abi = state.abi;
  receipt.n_readable = static_cast<int>(request.readable.size());
  receipt.n_writable = static_cast<int>(request.writable.size());
  if (state.abi == 0) receipt.missing.push_back({Part::kLandlock, state.error});
  else if (state.abi < kLandlockTcpAbi) receipt.missing.push_back({Part::kLandlockTcp});
}

// The second stage in a child: who cannot have it should not wait for a model to load.
Status rehearse_filter(SealReceipt& receipt) {
  const ChildEnd end = run_in_child([&] { return install_call_filter(receipt.role); });
  const int error = end.signal != 0 ? EINTR : end.exit_code;
  if (error != 0) return miss(receipt, Part::kCallFilter, error, msg::kSealNoFilter);
  receipt.tried = try_foreign_calls(receipt.role);
  return ok();
}

}  // namespace

Result<BegunSeal> begin_seal(const SealRequest& request) {
  if (!is_known_machine()) return fail(ErrorKind::kRefused, msg::kSealUnknownMachine);
  CHECK(count_filtered_threads().all <= 1);
  SealReceipt receipt{.level = request.level,
                      .role = {.serves = !request.listeners.empty(), .writes = !request.writable.empty()}};
  leave_network(receipt);
  receipt.socket_streams = close_inherited_sockets(request.listeners);
  if (const int error = give_up_privileges(); error != 0) {
    TRY(miss(receipt, Part::kPrivileges, error, msg::kSealNoPrivileges));
  }
  TRY(rehearse_filter(receipt));
  leave_files(receipt, request);
  return BegunSeal{std::move(receipt)};
}

Result<SealReceipt> finish_seal(BegunSeal begun) {
  SealReceipt& receipt = begun.receipt;
  if (!receipt.lacks(Part::kCallFilter)) {
    if (const int error = install_call_filter(receipt.role); error != 0) {
      TRY(miss(receipt, Part::kCallFilter, error, msg::kSealNoFilter));
    }
  }

  const std::vector<TriedCall> here = try_forbidden_calls(receipt.landlock_abi > 0);
  receipt.tried.insert(receipt.tried.begin(), here.begin(), here.end());
  receipt.threads = count_filtered_threads();
  if (receipt.network_namespace) receipt.interfaces = read_interface_traffic();

  if (receipt.lacks(Part::kCallFilter)) return std::move(receipt);
  const auto open =
      std::find_if(receipt.tried.begin(), receipt.tried.end(), [](const auto& call) { return !call.held; });
  if (open != receipt.tried.end()) {
    return fail(ErrorKind::kRefused, msg::kSealBroken, open->name, outcome_of(*open));
  }
  if (receipt.threads.filtered < receipt.threads.all) {
    return fail(ErrorKind::kRefused, msg::kSealThreadOutside, receipt.threads.filtered, receipt.threads.all);
  }
  return std::move(receipt);
}

}  // namespace ondol
