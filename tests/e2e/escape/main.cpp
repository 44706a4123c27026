// seal_escapes open|sealed|server FOLDER: tries to get out of the seal, and says how far it got.
//
// The attempts are made by a child that has sealed itself as `ondol run --sealed` does ("sealed"), or has not ("open"),
// once by the thread that sealed and once by one that was started before the filter; those that may end a process have
// a child each.  A line for each: "main tcp EPERM"; "done" means it got out.  "server" seals a process with a listener
// and lets a client talk to it. FOLDER holds the file `given`, which may be read, and `outside`, which may not.
#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "attempts.h"
#include "seal/child_process.h"
#include "seal/seal.h"

namespace ondol::escape {
namespace {

constexpr int kNoSeal = 255;

struct Endpoint {
  int fd = -1, port = 0;
};

Endpoint open_endpoint(int type) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, any, size) != 0 || (type == SOCK_STREAM && listen(fd, 128) != 0) || getsockname(fd, any, &size) != 0) {
    std::perror("loopback");
    std::exit(1);
  }
  return {fd, ntohs(address.sin_port)};
}

int connect_to(int type, int port) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

// Sealed, with a second thread from between the stages.
class SealedProcess {
 public:
  SealedProcess(bool sealed, const std::string& folder, std::vector<int> listeners = {}) {
    const SealRequest request{.readable = {folder + "/given"}, .listeners = std::move(listeners)};
    Result<BegunSeal> begun = sealed ? begin_seal(request) : BegunSeal{};
    thread_ = std::thread([this] { task_.get_future().get()(); });
    if (!begun) give_up(begun.error());
    if (!sealed) return;
    const auto receipt = finish_seal(std::move(*begun));
    if (!receipt) give_up(receipt.error());
  }
  ~SealedProcess() {
    if (thread_.joinable()) in_thread([] { return 0; });
  }

  [[noreturn]] static void give_up(const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    _exit(kNoSeal);
  }

  int in_thread(const std::function<int()>& body) {
    int result = 0;
    task_.set_value([&] { result = body(); });
    thread_.join();
    return result;
  }

 private:
  std::promise<std::function<void()>> task_;
  std::thread thread_;
};

void print(const char* where, const char* name, ChildEnd end) {
  const char* outcome = end.signal != 0      ? sigabbrev_np(end.signal)
                        : end.exit_code == 0 ? "done"
                                             : strerrorname_np(end.exit_code);
  std::printf("%s %s %s\n", where, name, outcome != nullptr ? outcome : "?");
}

int try_all(bool sealed, const std::string& folder) {
  const Endpoint tcp = open_endpoint(SOCK_STREAM), udp = open_endpoint(SOCK_DGRAM);
  Surroundings around{.tcp_port = tcp.port,
                      .udp_port = udp.port,
                      .udp_socket = connect_to(SOCK_DGRAM, udp.port),
                      .neighbour = fork(),
                      .outside = folder + "/outside"};
  if (around.neighbour == 0) {
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    for (;;) pause();
  }
  const auto in_child = [&](bool by_thread, const std::function<int()>& body) {
    std::fflush(stdout);
    return run_in_child([&] {
      SealedProcess process(sealed, folder);
      return by_thread ? process.in_thread(body) : body();
    });
  };
  int refused = 0;
  for (const bool by_thread : {false, true}) {
    const char* where = by_thread ? "thread" : "main";
    const ChildEnd all = in_child(by_thread, [&] {
      for (const Attempt& attempt : attempts()) {
        if (!attempt.is_last) print(where, attempt.name, {attempt.make(around)});
      }
      return std::fflush(stdout);
    });
    if (all.exit_code != 0 || all.signal != 0) refused = kNoSeal;
    for (const Attempt& attempt : attempts()) {
      if (attempt.is_last) print(where, attempt.name, in_child(by_thread, [&] { return attempt.make(around); }));
    }
  }
  kill(around.neighbour, SIGKILL);
  return refused;
}

// 0 when the client's words came back.
int talk_to(int port) {
  const int fd = connect_to(SOCK_STREAM, port);
  char answer[4] = {};
  if (fd < 0 || send(fd, "ping", 4, 0) != 4 || recv(fd, answer, 4, MSG_WAITALL) != 4) return errno;
  return std::memcmp(answer, "ping", 4) == 0 ? 0 : EBADMSG;
}

// Receives and sends back as Asio does: by messages.
int answer(int connection) {
  char words[4];
  iovec piece{words, sizeof words};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (recvmsg(connection, &message, MSG_WAITALL) != sizeof words) return errno;
  return sendmsg(connection, &message, MSG_NOSIGNAL) == sizeof words ? 0 : errno;
}

int read_file(const std::string& path) { return std::ifstream(path).get() >= 0 ? 0 : EACCES; }

int serve(const std::string& folder) {
  const Endpoint listener = open_endpoint(SOCK_STREAM);
  const Surroundings around{.tcp_port = listener.port, .udp_port = listener.port};
  std::fflush(stdout);
  const pid_t client = fork();
  if (client == 0) _exit(talk_to(listener.port));
  const ChildEnd server = run_in_child([&] {
    SealedProcess process(/*sealed=*/true, folder, {listener.fd});
    const int connection = process.in_thread([&] { return accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC); });
    print("server", "accept", {connection < 0 ? errno : 0});
    print("server", "answer", {answer(connection)});
    print("server", "load", {read_file(folder + "/given")});
    print("server", "send_elsewhere", {send_elsewhere(connection, around)});
    print("server", "send_by_fast_open", {send_by_fast_open(connection, around)});
    for (const Attempt& attempt : attempts()) {
      const std::string name = attempt.name;
      if (name == "tcp" || name == "udp" || name == "listen") print("server", attempt.name, {attempt.make(around)});
    }
    std::fflush(stdout);
    return 0;
  });
  int status = 0;
  if (server.exit_code == kNoSeal) kill(client, SIGKILL);
  waitpid(client, &status, 0);
  print("client", "talk", {WEXITSTATUS(status)});
  return server.exit_code;
}

}  // namespace
}  // namespace ondol::escape

int main(int argc, char** argv) {
  const std::string mode = argc == 3 ? argv[1] : "";
  if (mode == "server") return ondol::escape::serve(argv[2]);
  if (mode == "open" || mode == "sealed") return ondol::escape::try_all(mode == "sealed", argv[2]);
  std::fprintf(stderr, "seal_escapes open|sealed|server FOLDER\n");
  return 2;
}
