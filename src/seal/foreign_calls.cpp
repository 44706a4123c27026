#include "seal/foreign_calls.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "seal/call_filter.h"
#include "seal/child_process.h"

namespace ondol {

#if defined(__x86_64__)

namespace {

// socket(AF_INET, SOCK_STREAM, 0) by the table of 32-bit programs.  Gives an errno.
int socket_of_i386() {
  constexpr int kSocket = 359;
  int result = kSocket;
  asm volatile("int $0x80"
               : "+a"(result)
               : "b"(AF_INET), "c"(SOCK_STREAM), "d"(0)
               : "r8", "r9", "r10", "r11", "memory");
  return result < 0 ? -result : 0;
}

// The same by the table of x32, whose numbers carry a bit.
int socket_of_x32() {
  constexpr long kX32 = 0x40000000;
  return syscall(kX32 | SYS_socket, AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

TriedCall tried(const char* name, int (*make)(), const SealRole& role) {
  const ChildEnd end = run_in_child([&] {
    if (const int error = install_call_filter(role); error != 0) return error;
    return make();
  });
  // SIGSYS is the filter; a kernel without 32-bit programs has no int 0x80, which then is SIGSEGV.
  const bool held = end.signal == SIGSYS || end.signal == SIGSEGV;
  return {.name = name, .error = end.exit_code, .signal = end.signal, .held = held};
}

}  // namespace

std::vector<TriedCall> try_foreign_calls(const SealRole& role) {
  return {tried("socket (32-bit)", socket_of_i386, role), tried("socket (x32)", socket_of_x32, role)};
}

#else

std::vector<TriedCall> try_foreign_calls(const SealRole&) { return {}; }

#endif

}  // namespace ondol
