#include "base/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "base/base_messages.h"

namespace ondol {
namespace {

constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as shells report it
std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // a signal handler writes it

void on_interrupt(int) {
  if (flag.exchange(true, std::memory_order_relaxed)) _exit(kExitInterrupted);
}

}  // namespace

void install_interrupt_handler() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // no SA_RESTART: a read from the terminal returns at once
  sigaction(SIGINT, &action, nullptr);
}

bool interrupted() { return flag.load(std::memory_order_relaxed); }
void clear_interrupt() { flag.store(false, std::memory_order_relaxed); }

bool wait_for_input(int fd) {
  // The signal is let in only while ppoll() waits: one that came between a look at the flag and a read would be lost.
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  pollfd input{fd, POLLIN, 0};
  int n_ready = 0;
  while (!interrupted() && n_ready <= 0) n_ready = ppoll(&input, 1, nullptr, &before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return !interrupted();
}

Status check_interrupted() {
  if (interrupted()) return fail(ErrorKind::kInterrupted, msg::kInterrupted);
  return ok();
}

}  // namespace ondol
