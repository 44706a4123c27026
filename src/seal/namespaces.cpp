#include "seal/namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "seal/child_process.h"

namespace ondol {
namespace {

// 0 or an errno.
int write_whole(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int error = write(fd, text.data(), text.size()) == std::ssize(text) ? 0 : errno;
  close(fd);
  return error;
}

// 0 or an errno, with which the process is left in a state of no use.
int enter_both() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return errno;
  // Without these numbers no file could be made.  Source: user_namespaces(7).
  if (const int error = write_whole("/proc/self/setgroups", "deny"); error != 0) return error;
  if (const int error = write_whole("/proc/self/uid_map", fmt::format("{0} {0} 1", user)); error != 0) return error;
  return write_whole("/proc/self/gid_map", fmt::format("{0} {0} 1", group));
}

}  // namespace

Namespaces enter_namespaces() {
  // Some systems let a process in and then forbid it everything: a child goes first.
  const ChildEnd rehearsal = run_in_child(enter_both);
  int error = rehearsal.signal != 0 ? EINTR : rehearsal.exit_code;
  if (error == 0) error = enter_both();
  if (error == 0) return {.user = true, .network = true};
  return {.user = false, .network = unshare(CLONE_NEWNET) == 0, .error = error};
}

}  // namespace ondol
