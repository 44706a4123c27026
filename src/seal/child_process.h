// A rehearsal in a child process: what cannot be undone, or may kill, is tried there first.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace ondol {

struct ChildEnd {
  int exit_code = 0;
  int signal = 0;  // that killed it, or 0
};

// Runs `body`, which returns an exit code of 0 to 255, in a child and waits for its end.  Only while this process has
// one thread.  A child that cannot be started ends with the errno of fork().
template <class Body>
ChildEnd run_in_child(Body&& body) {
  const pid_t child = fork();
  if (child < 0) return {errno, 0};
  if (child == 0) _exit(body());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace ondol
