#include "seal/seal.h"

#include <gtest/gtest.h>
#include <seccomp.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "seal/child_process.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

constexpr SealRole kRoles[] = {{}, {.serves = true}, {.writes = true}, {.serves = true, .writes = true}};

TEST(SealPolicy, EveryRoleHasItsHashWhichIsTheHashOfItsText) {
  std::set<Digest> hashes;
  for (const SealRole& role : kRoles) {
    EXPECT_EQ(policy_hash(role), Sha256().add(policy_text(role)).finish());
    hashes.insert(policy_hash(role));
  }
  EXPECT_EQ(hashes.size(), std::size(kRoles));
}

// So that a receipt can be compared with what is published.
TEST(SealPolicy, TheDocumentNamesTheHashOfEveryRole) {
  std::ifstream file(ONDOL_SOURCE_DIR "/docs/seal.md");
  const std::string document(std::istreambuf_iterator<char>(file), {});
  for (const SealRole& role : kRoles) {
    const std::string hash = to_hex(policy_hash(role));
    EXPECT_NE(document.find(hash), std::string::npos) << hash << " serves " << role.serves << " writes " << role.writes;
  }
}

// A call with two rules without a test, or with one of each, would be decided by their order.
TEST(SealPolicy, EachCallIsDecidedOnce) {
  for (const SealRole& role : kRoles) {
    const std::vector<CallRule> rules = call_rules(role);
    for (size_t i = 1; i < rules.size(); ++i) {
      const bool same = std::string_view(rules[i].name) == rules[i - 1].name;
      EXPECT_TRUE(!same || (rules[i].test && rules[i - 1].test)) << rules[i].name;
    }
  }
}

TEST(SealPolicy, OnlyAServerMayAcceptAndOnlyAWriterMayRename) {
  const auto is_allowed = [](const char* name, const SealRole& role) {
    const std::string line = std::string("call ") + name + ": allowed\n";
    return policy_text(role).find(line) != std::string::npos;
  };
  EXPECT_FALSE(is_allowed("accept4", {}));
  EXPECT_TRUE(is_allowed("accept4", {.serves = true}));
  EXPECT_FALSE(is_allowed("renameat2", {.serves = true}));
  EXPECT_TRUE(is_allowed("renameat2", {.writes = true}));
  for (const SealRole& role : kRoles) {
    for (const char* name :
         {"socket", "connect", "bind", "listen", "execve", "ptrace", "io_uring_setup", "clone", "ioctl"}) {
      EXPECT_FALSE(is_allowed(name, role)) << name;
    }
  }
}

TEST(InterfaceTraffic, IsReadFromTheKernelsTable) {
  const auto traffic = parse_interface_traffic(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
      "compressed\n"
      "    lo:    1520      17    0    0    0     0          0         0     1521      18    0    0    0     0       0 "
      "         0\n"
      "enp0s3:12345678901 99 0 0 0 0 0 0 7 6 0 0 0 0 0 0\n"
      "  odd: 1 2\n");
  ASSERT_EQ(traffic.size(), 2u);
  EXPECT_EQ(traffic[0].name, "lo");
  EXPECT_EQ(traffic[0].received_packets, 17);
  EXPECT_EQ(traffic[0].sent_bytes, 1521);
  EXPECT_EQ(traffic[1].received_bytes, 12345678901);
  EXPECT_EQ(traffic[1].sent_packets, 6);
}

TEST(SealReceipt, TellsWhatWasTriedWhatIsMissingAndWhoTalked) {
  const SealReceipt receipt{.level = SealLevel::kBestEffort,
                            .role = {.serves = true},
                            .tried = {{"connect", EPERM, 0, true}, {"x32", 0, SIGSYS, true}, {"bpf", 0, 0, false}},
                            .threads = {3, 3},
                            .missing = {{MissingPart::Part::kLandlock, ENOSYS}}};
  const std::string text = receipt_text(receipt);
  EXPECT_NE(text.find("EPERM connect; SIGSYS x32"), std::string::npos) << text;
  EXPECT_NE(text.find("NOT refused by the seal: done bpf"), std::string::npos) << text;
  EXPECT_NE(text.find("Landlock for files (Function not implemented)"), std::string::npos) << text;

  const AcceptedPeer peers[] = {{true, 1, 2, 3, "::1"}, {false, 4, 5, 6, "192.0.2.7"}, {true, 10, 20, 30}};
  const Json json = Json::parse(receipt_json(receipt, peers));
  EXPECT_EQ(json["level"], "best-effort");
  EXPECT_EQ(json["accepted"]["loopback"], Json({{"connections", 11}, {"received_bytes", 22}, {"sent_bytes", 33}}));
  EXPECT_EQ(json["accepted"]["other"], Json({{"connections", 4}, {"received_bytes", 5}, {"sent_bytes", 6}}));
  EXPECT_FALSE(json["accepted"].contains("peers"));
  const Json named = Json::parse(receipt_json(receipt, peers, /*names_peers=*/true))["accepted"];
  EXPECT_EQ(named["loopback"], json["accepted"]["loopback"]);
  ASSERT_EQ(named["peers"].size(), 3u);
  EXPECT_EQ(named["peers"][1], Json::parse(R"({"address": "192.0.2.7", "loopback": false, "connections": 4,
                                               "received_bytes": 5, "sent_bytes": 6})"));
  EXPECT_EQ(named["peers"][2]["address"], nullptr);
  EXPECT_EQ(json["missing"][0], Json({{"part", "landlock"}, {"reason", "ENOSYS"}}));
  EXPECT_FALSE(Json::parse(receipt_json({})).contains("accepted"));
}

constexpr int kSkipped = 100;

// As a container that forbids these calls.
bool forbid(std::initializer_list<int> calls) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  for (const int call : calls) seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
  return seccomp_load(filter) == 0;
}

// Seals a child in such a container; its exit code is kSkipped, an Error's, or that of `judge`.
template <class Judge>
int sealed_exit_code(SealLevel level, std::initializer_list<int> forbidden, Judge&& judge) {
  const auto seal = [&]() -> Result<SealReceipt> {
    TRY(BegunSeal begun, begin_seal({.level = level}));
    return finish_seal(std::move(begun));
  };
  return run_in_child([&] {
           if (!forbid(forbidden)) return kSkipped;
           const auto receipt = seal();
           return receipt ? judge(*receipt) : receipt.error().exit_code();
         })
      .exit_code;
}

TEST(Seal, IsRefusedWhereTheFilterCannotBeSetUnlessBestIsEnough) {
  const auto tells = [](const SealReceipt& receipt) { return receipt.lacks(MissingPart::Part::kCallFilter) ? 0 : 101; };
  const int strict = sealed_exit_code(SealLevel::kStrict, {SCMP_SYS(seccomp)}, tells);
  if (strict == kSkipped) GTEST_SKIP() << "this machine lets no filter be set";
  EXPECT_EQ(strict, 3);
  EXPECT_EQ(sealed_exit_code(SealLevel::kBestEffort, {SCMP_SYS(seccomp)}, tells), 0);
}

TEST(Seal, HoldsWithoutNamespacesAndLandlockAndSaysSo) {
  const int code = sealed_exit_code(
      SealLevel::kStrict, {SCMP_SYS(unshare), SCMP_SYS(landlock_create_ruleset)}, [](const SealReceipt& receipt) {
        const bool says_so = receipt.lacks(MissingPart::Part::kUserNamespace) &&
                             receipt.lacks(MissingPart::Part::kNetworkNamespace) &&
                             receipt.lacks(MissingPart::Part::kLandlock);
        return says_so && receipt.interfaces.empty() && receipt.threads.filtered == 1 ? 0 : 101;
      });
  if (code == kSkipped) GTEST_SKIP() << "this machine lets no filter be set";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace ondol
