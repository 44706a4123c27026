#include "seal/forbidden_calls.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace ondol {
namespace {

// The calls go to the kernel directly: the program asks its libraries for no way to the network
// (check_no_network.cmake).
template <class... Args>
long call(long number, Args... args) {
  return syscall(number, args...);
}

// The errno of a call that gives a file descriptor, 0 when it did.
int close_again(long fd) {
  if (fd < 0) return errno;
  close(static_cast<int>(fd));
  return 0;
}
int error_of(long result) { return result < 0 ? errno : 0; }

const sockaddr_in kLoopback{AF_INET, 0x0900, {0x0100007f}, {}};  // 127.0.0.1, port 9 (discard)

int try_socketpair() {
  int pair[2];
  if (call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair) < 0) return errno;
  close(pair[0]);
  close(pair[1]);
  return 0;
}

int try_io_uring() {
  io_uring_params parameters{};
  return close_again(call(SYS_io_uring_setup, 1, &parameters));
}

int try_reading_memory() {
  char from = 0, to = 0;
  const iovec source{&from, 1}, target{&to, 1};
  return error_of(call(SYS_process_vm_readv, getpid(), &target, 1, &source, 1, 0));
}

int try_exec() {
  char* none[] = {nullptr};
  return error_of(call(SYS_execve, "/nonexistent/ondol", none, none));
}

int try_fork() {
  const long child = call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child < 0) return errno;
  if (child == 0) _exit(0);
  while (waitpid(static_cast<pid_t>(child), nullptr, 0) < 0 && errno == EINTR) continue;
  return 0;
}

int try_bpf() {
  bpf_attr none{};
  return error_of(call(SYS_bpf, BPF_PROG_LOAD, &none, 0));
}

int try_typing() {
  const char letter = 0;
  // With a bit above the 32 that the kernel looks at, which has slipped past filters before (CVE-2019-7303).
  return error_of(call(SYS_ioctl, -1, TIOCSTI | (uint64_t{1} << 32), &letter));
}

struct Attempt {
  const char* name;
  int (*make)();  // gives the errno
};

constexpr Attempt kAttempts[] = {
    {"socket(AF_INET)", [] { return close_again(call(SYS_socket, AF_INET, SOCK_STREAM, 0)); }},
    {"socket(AF_INET6)", [] { return close_again(call(SYS_socket, AF_INET6, SOCK_DGRAM, 0)); }},
    {"socket(AF_UNIX)", [] { return close_again(call(SYS_socket, AF_UNIX, SOCK_STREAM, 0)); }},
    {"socket(AF_NETLINK)", [] { return close_again(call(SYS_socket, AF_NETLINK, SOCK_RAW, 0)); }},
    {"socket(AF_VSOCK)", [] { return close_again(call(SYS_socket, AF_VSOCK, SOCK_STREAM, 0)); }},
    {"socketpair", try_socketpair},
    {"connect", [] { return error_of(call(SYS_connect, -1, &kLoopback, sizeof kLoopback)); }},
    {"bind", [] { return error_of(call(SYS_bind, -1, &kLoopback, sizeof kLoopback)); }},
    {"listen", [] { return error_of(call(SYS_listen, -1, 1)); }},
    {"sendto", [] { return error_of(call(SYS_sendto, -1, "", 0, 0, &kLoopback, sizeof kLoopback)); }},
    {"sendmmsg", [] { return error_of(call(SYS_sendmmsg, -1, nullptr, 0, 0)); }},
    {"io_uring_setup", try_io_uring},
    {"ptrace", [] { return error_of(call(SYS_ptrace, PTRACE_DETACH, getpid(), nullptr, nullptr)); }},
    {"process_vm_readv", try_reading_memory},
    {"pidfd_getfd", [] { return error_of(call(SYS_pidfd_getfd, -1, 0, 0)); }},
    {"execve", try_exec},
    {"fork", try_fork},
    {"kill", [] { return error_of(call(SYS_kill, getpid(), 0)); }},
    {"bpf", try_bpf},
    {"userfaultfd", [] { return close_again(call(SYS_userfaultfd, O_CLOEXEC)); }},
    {"keyctl", [] { return error_of(call(SYS_keyctl, KEYCTL_GET_KEYRING_ID, -1, 0)); }},
    {"mount", [] { return error_of(call(SYS_mount, nullptr, "", nullptr, 0, nullptr)); }},
    {"unshare", [] { return error_of(call(SYS_unshare, 0)); }},
    {"setns", [] { return error_of(call(SYS_setns, -1, 0)); }},
    {"ioctl(TIOCSTI)", try_typing},
};

constexpr Attempt kWriting = {
    "write /etc/passwd", [] { return close_again(call(SYS_openat, AT_FDCWD, "/etc/passwd", O_WRONLY | O_CLOEXEC)); }};
constexpr Attempt kReading = {
    "read /etc/passwd", [] { return close_again(call(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC)); }};

TriedCall tried(const Attempt& attempt, bool is_file) {
  const int error = attempt.make();
  return {.name = attempt.name, .error = error, .held = error == EPERM || (is_file && error == EACCES)};
}

}  // namespace

std::vector<TriedCall> try_forbidden_calls(bool files_restricted) {
  std::vector<TriedCall> calls;
  for (const Attempt& attempt : kAttempts) calls.push_back(tried(attempt, /*is_file=*/false));
  calls.push_back(tried(kWriting, /*is_file=*/true));
  if (files_restricted) calls.push_back(tried(kReading, /*is_file=*/true));
  return calls;
}

}  // namespace ondol
