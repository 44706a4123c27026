#include "attempts.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>

namespace ondol::escape {
namespace {

int error_of(long result) { return result < 0 ? errno : 0; }

sockaddr_in on_loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connect_tcp(const Surroundings& around) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in to = on_loopback(around.tcp_port);
  return fd < 0 ? errno : error_of(connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to));
}

int send_udp(const Surroundings& around) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in to = on_loopback(around.udp_port);
  return fd < 0 ? errno : error_of(sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to));
}

int send_by_inherited(const Surroundings& around) { return error_of(send(around.udp_socket, "x", 1, 0)); }
int write_to_inherited(const Surroundings& around) { return error_of(write(around.udp_socket, "x", 1)); }

int make_socketpair(const Surroundings&) {
  int pair[2];
  return error_of(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

int bind_and_listen(const Surroundings&) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in any_port = on_loopback(0);
  if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&any_port), sizeof any_port) < 0) return errno;
  return error_of(listen(fd, 1));
}

int set_up_io_uring(const Surroundings&) {
  io_uring_params parameters{};
  return error_of(syscall(SYS_io_uring_setup, 1, &parameters));
}

int attach(const Surroundings& around) {
  if (ptrace(PTRACE_ATTACH, around.neighbour, nullptr, nullptr) < 0) return errno;
  waitpid(around.neighbour, nullptr, 0);
  return error_of(ptrace(PTRACE_DETACH, around.neighbour, nullptr, nullptr));
}

// The neighbour is a copy of this process: what stands at an address here stands there, too.
int write_memory(const Surroundings& around) {
  static char letter = 0;
  const iovec piece{&letter, 1};
  return error_of(process_vm_writev(around.neighbour, &piece, 1, &piece, 1, 0));
}

int take_descriptor(const Surroundings& around) {
  const long neighbour = syscall(SYS_pidfd_open, around.neighbour, 0);
  return neighbour < 0 ? errno : error_of(syscall(SYS_pidfd_getfd, neighbour, STDOUT_FILENO, 0));
}

int signal_neighbour(const Surroundings& around) { return error_of(kill(around.neighbour, SIGCONT)); }

int become_program(const Surroundings&) {
  char program[] = "/bin/true";
  char* arguments[] = {program, nullptr};
  return error_of(execve(program, arguments, nullptr));
}

int start_program(const Surroundings& around) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(become_program(around));
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

int clone_process(const Surroundings&) {
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  const long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) _exit(0);
  return error_of(child);
}

int run_from_memory(const Surroundings&) {
  const int fd = memfd_create("program", 0);
  return fd < 0 ? errno : 0;
}

int read_outside(const Surroundings& around) { return error_of(open(around.outside.c_str(), O_RDONLY)); }
int write_outside(const Surroundings& around) { return error_of(open(around.outside.c_str(), O_WRONLY | O_APPEND)); }
int truncate_by_reading(const Surroundings& around) {
  return error_of(open((around.outside + ".empty").c_str(), O_RDONLY | O_CREAT | O_TRUNC, 0600));
}
int make_outside(const Surroundings& around) {
  return error_of(open((around.outside + ".new").c_str(), O_WRONLY | O_CREAT, 0600));
}
int rename_outside(const Surroundings& around) {
  const std::string name = around.outside + ".moved";
  const int fd = open(name.c_str(), O_WRONLY | O_CREAT, 0600);
  if (fd < 0 && errno != EPERM && errno != EACCES) return errno;
  return error_of(rename(name.c_str(), (name + "2").c_str()));
}
int write_passwords(const Surroundings&) { return error_of(open("/etc/passwd", O_WRONLY | O_APPEND)); }

int leave_namespace(const Surroundings&) { return error_of(unshare(CLONE_NEWUSER)); }
int enter_namespace(const Surroundings& around) {
  const long neighbour = syscall(SYS_pidfd_open, around.neighbour, 0);
  return neighbour < 0 ? errno : error_of(setns(static_cast<int>(neighbour), CLONE_NEWNET));
}
int allow_dumps(const Surroundings&) { return error_of(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }

// A filter that compares all 64 bits of the command does not know this one; the kernel looks at 32.
int type_into_terminal(const Surroundings&) {
  const char letter = ' ';
  return error_of(syscall(SYS_ioctl, STDIN_FILENO, TIOCSTI | (uint64_t{1} << 32), &letter));
}

#if defined(__x86_64__)
int socketcall_of_i386(const Surroundings&) {
  void* low = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (low == MAP_FAILED) return errno;
  auto* arguments = static_cast<uint32_t*>(low);
  arguments[0] = AF_INET, arguments[1] = SOCK_STREAM, arguments[2] = 0;
  int result = 102;  // socketcall
  asm volatile("int $0x80"
               : "+a"(result)
               : "b"(1), "c"(static_cast<uint32_t>(reinterpret_cast<uintptr_t>(low)))
               : "r8", "r9", "r10", "r11", "memory");
  return result < 0 ? -result : 0;
}

int getpid_of_i386(const Surroundings&) {
  int result = 20;  // getpid
  asm volatile("int $0x80" : "+a"(result) : : "r8", "r9", "r10", "r11", "memory");
  return result < 0 ? -result : 0;
}

int socket_of_x32(const Surroundings&) { return error_of(syscall(0x40000000 | SYS_socket, AF_INET, SOCK_STREAM, 0)); }
#endif

constexpr Attempt kAttempts[] = {
    {"tcp", connect_tcp},
    {"udp", send_udp},
    {"unix", [](const Surroundings&) { return error_of(socket(AF_UNIX, SOCK_DGRAM, 0)); }},
    {"netlink", [](const Surroundings&) { return error_of(socket(AF_NETLINK, SOCK_RAW, 0)); }},
    {"socketpair", make_socketpair},
    {"listen", bind_and_listen},
    {"inherited_send", send_by_inherited},
    {"inherited_write", write_to_inherited},
    {"io_uring", set_up_io_uring},
    {"ptrace", attach},
    {"process_vm_writev", write_memory},
    {"pidfd_getfd", take_descriptor},
    {"kill", signal_neighbour},
    {"execve", become_program, /*is_last=*/true},
    {"fork_exec", start_program},
    {"clone3", clone_process},
    {"memfd", run_from_memory},
    {"read_outside", read_outside},
    {"write_outside", write_outside},
    {"truncate_outside", truncate_by_reading},
    {"make_outside", make_outside},
    {"rename_outside", rename_outside},
    {"write_passwords", write_passwords},
    {"unshare", leave_namespace},
    {"setns", enter_namespace},
    {"dumpable", allow_dumps},
    {"tiocsti", type_into_terminal},
#if defined(__x86_64__)
    {"i386_socketcall", socketcall_of_i386, /*is_last=*/true},
    {"i386_getpid", getpid_of_i386, /*is_last=*/true},
    {"x32_socket", socket_of_x32, /*is_last=*/true},
#endif
};

}  // namespace

std::span<const Attempt> attempts() { return kAttempts; }

int send_elsewhere(int connection, const Surroundings& around) {
  const sockaddr_in to = on_loopback(around.udp_port);
  return error_of(sendto(connection, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to));
}

int send_by_fast_open(int connection, const Surroundings& around) {
  sockaddr_in to = on_loopback(around.tcp_port);
  char letter = 'x';
  iovec piece{&letter, 1};
  msghdr message{};
  message.msg_name = &to;
  message.msg_namelen = sizeof to;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  return error_of(sendmsg(connection, &message, MSG_FASTOPEN));
}

}  // namespace ondol::escape
