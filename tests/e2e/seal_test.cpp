// --sealed: the same answers, a receipt that tells the truth, and no way out for planted code.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "http_client.h"
#include "models.h"
#include "served.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

const std::string kHome = ONDOL_SOURCE_DIR "/models/ondol-home-ko.gguf";
const std::string kCommand = "거실 불 켜 줘";
// The leak checker of the sanitizer build looks from a process of its own, which no seal allows.
const std::pair<std::string, std::string> kNoLeakCheck = {"ASAN_OPTIONS", "detect_leaks=0"};

Outcome run_sealed(std::vector<std::string> args) { return run_ondol(args, {.env = {kNoLeakCheck}}); }

// What seal_escapes says: "main tcp" -> "EPERM".
struct Escapes {
  int exit_code = -1;
  std::map<std::string, std::string> outcomes;
};

Escapes run_escapes(const std::string& mode) {
  const Folder folder;
  write_file(folder / "given", "given\n");
  write_file(folder / "outside", "outside\n");
  Escapes escapes;
  const std::string command = "ASAN_OPTIONS=detect_leaks=0 " ONDOL_SEAL_ESCAPES " " + mode + " " + folder / ".";
  FILE* lines = popen(command.c_str(), "r");
  char where[32], name[32], outcome[32];
  while (std::fscanf(lines, "%31s %31s %31s", where, name, outcome) == 3) {
    escapes.outcomes[std::string(where) + " " + name] = outcome;
  }
  const int status = pclose(lines);
  escapes.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return escapes;
}

// The receipt of a sealed run; ends the test where this machine forbids the filter.
json sealed_answer(std::vector<std::string> more) {
  std::vector<std::string> args = {"run", kHome, kCommand, "--json", "-t", "2", "--sealed"};
  args.insert(args.end(), more.begin(), more.end());
  const Outcome outcome = run_sealed(args);
  if (outcome.exit_code == 3) {
    std::printf("no filter of calls here: %s", outcome.err.c_str());
    return nullptr;
  }
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return json::parse(outcome.out, nullptr, false);
}

std::set<std::string> missing_parts(const json& receipt) {
  std::set<std::string> missing;
  for (const json& part : receipt.at("missing")) missing.insert(part.at("part"));
  if (!missing.empty()) std::printf("missing on this machine: %s\n", receipt.at("missing").dump().c_str());
  return missing;
}

TEST(Seal, ARunAnswersAsUnsealedAndTellsWhatItGaveUp) {
  const json answer = sealed_answer({});
  if (answer.is_null()) GTEST_SKIP();
  const Outcome open = run_ondol({"run", kHome, kCommand, "--json", "-t", "2"});
  EXPECT_EQ(answer.at("text"), json::parse(open.out).at("text"));
  const json& seal = answer.at("seal");
  for (const json& call : seal.at("tried")) EXPECT_TRUE(call.at("held")) << call;
  EXPECT_GE(seal.at("tried").size(), 20u);
  EXPECT_EQ(seal.at("policy").at("sha256").get<std::string>().size(), 64u);
  EXPECT_GE(seal.at("threads").at("all"), 2);
  EXPECT_EQ(seal.at("threads").at("filtered"), seal.at("threads").at("all"));
  const auto missing = missing_parts(seal);
  EXPECT_EQ(seal.at("namespaces").at("network"), !missing.contains("network_namespace"));
  EXPECT_EQ(seal.at("interfaces").empty(), missing.contains("network_namespace"));
  for (const json& interface : seal.at("interfaces")) {
    EXPECT_EQ(interface.at("sent_bytes"), 0) << interface;
    EXPECT_EQ(interface.at("received_packets"), 0) << interface;
  }
}

TEST(Seal, APromptCacheIsReadAndWritten) {
  const Folder folder;
  const json first = sealed_answer({"--prompt-cache", folder / "cache", "--system", std::string(200, 'x')});
  if (first.is_null()) GTEST_SKIP();
  const json again = sealed_answer({"--prompt-cache", folder / "cache", "--system", std::string(200, 'x')});
  EXPECT_EQ(first.at("cached_tokens"), 0);
  EXPECT_GT(again.at("cached_tokens"), 0);
  EXPECT_EQ(again.at("tokens"), first.at("tokens"));
  EXPECT_NE(first.at("seal").at("policy"), sealed_answer({}).at("seal").at("policy"));
}

TEST(Seal, FilesOfOptionsAreStillRead) {
  const Folder folder;
  write_file(folder / "schema.json", R"({"enum": ["yes"]})");
  const json answer = sealed_answer({"--json-schema", folder / "schema.json"});
  if (answer.is_null()) GTEST_SKIP();
  EXPECT_EQ(answer.at("text"), "\"yes\"");
  EXPECT_EQ(answer.at("seal").at("files").at("readable"), 2);
}

TEST(Seal, PlantedEscapesAreBlockedInEveryThread) {
  const Escapes escapes = run_escapes("sealed");
  if (escapes.exit_code == 255) GTEST_SKIP() << "no filter of calls here";
  const json answer = sealed_answer({});
  const bool has_landlock = !missing_parts(answer.at("seal")).contains("landlock");
  EXPECT_EQ(escapes.exit_code, 0);
  EXPECT_GE(escapes.outcomes.size(), 2 * 27u);
  for (const auto& [name, outcome] : escapes.outcomes) {
    if (!has_landlock && name.ends_with("read_outside")) continue;
    EXPECT_TRUE(outcome == "EPERM" || outcome == "EACCES" || outcome == "ENOSYS" || outcome == "EBADF" ||
                outcome == "SYS" || outcome == "SEGV")
        << name << ": " << outcome;
  }
  // what kills, kills: the filter, or a kernel that has no 32-bit programs
  for (const char* where : {"main ", "thread "}) {
    for (const char* name : {"i386_socketcall", "i386_getpid", "x32_socket"}) {
      const auto found = escapes.outcomes.find(std::string(where) + name);
      EXPECT_TRUE(found == escapes.outcomes.end() || found->second == "SYS" || found->second == "SEGV") << name;
    }
    for (const char* name : {"tcp", "udp", "unix", "io_uring", "ptrace", "execve", "fork_exec", "write_outside"}) {
      EXPECT_EQ(escapes.outcomes.at(std::string(where) + name), "EPERM") << name;
    }
  }
}

// So the test above can fail.
TEST(Seal, TheSameEscapesSucceedWithoutASeal) {
  const Escapes escapes = run_escapes("open");
  EXPECT_EQ(escapes.exit_code, 0);
  for (const char* name : {"tcp", "udp", "unix", "socketpair", "listen", "inherited_send", "inherited_write", "kill",
                           "execve", "fork_exec", "read_outside", "write_outside", "truncate_outside", "make_outside",
                           "rename_outside", "dumpable"}) {
    EXPECT_EQ(escapes.outcomes.at(std::string("main ") + name), "done") << name;
    EXPECT_EQ(escapes.outcomes.at(std::string("thread ") + name), "done") << name;
  }
}

TEST(Seal, AServerKeepsItsListenerAndNothingElse) {
  const Escapes server = run_escapes("server");
  if (server.exit_code == 255) GTEST_SKIP() << "no filter of calls here";
  const std::map<std::string, std::string> expected = {{"server accept", "done"},
                                                       {"server answer", "done"},
                                                       {"server load", "done"},
                                                       {"server send_elsewhere", "EPERM"},
                                                       {"server send_by_fast_open", "EPERM"},
                                                       {"server tcp", "EPERM"},
                                                       {"server udp", "EPERM"},
                                                       {"server listen", "EPERM"},
                                                       {"client talk", "done"}};
  EXPECT_EQ(server.outcomes, expected);
}

TEST(Seal, AServersReceiptCountsEachPeer) {
  Served server({kHome, "--seal", "best-effort"}, {.env = {kNoLeakCheck}});
  const auto accepted = [&] {
    const HttpReply reply = ask(server.port(), "GET", "/seal");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false).at("accepted");
  };
  const json before = accepted();
  ask(server.port(), "GET", "/health");
  const json after = accepted();
  ASSERT_EQ(after.at("peers").size(), 1u) << after;
  const json& peer = after["peers"][0];
  EXPECT_EQ(peer["address"], "127.0.0.1");
  EXPECT_EQ(peer["loopback"], true);
  for (const char* count : {"connections", "received_bytes", "sent_bytes"}) {
    EXPECT_EQ(peer[count], after["loopback"][count]);
    EXPECT_GT(peer[count], before["peers"][0][count]);
    EXPECT_EQ(after["other"][count], 0);
  }
  EXPECT_EQ(peer["connections"], 3);
}

TEST(Seal, WhatCannotBeSealedIsAUsageError) {
  const Outcome outcome = run_ondol({"run", kHome, kCommand, "--seal", "firmly"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("expected strict or best-effort"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace ondol::e2e
