#include "tune/synthesis/line_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/interrupt.h"
#include "tune/synthesis/synthesis_messages.h"

namespace ondol {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

// Two ends of a pipe, closed unless taken.
struct Pipe {
  int ends[2] = {-1, -1};

  int open() { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }
  int take(int end) { return std::exchange(ends[end], -1); }
  ~Pipe() {
    for (const int fd : ends) {
      if (fd >= 0) close(fd);
    }
  }
};

// posix_spawnp() with `in` as standard input and `out` as standard output; an errno, 0 when it runs.
int spawn(pid_t& pid, const std::string& program, std::vector<std::string>& words, int in, int out) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  const int error = posix_spawnp(&pid, program.c_str(), &actions, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Result<std::unique_ptr<LineProcess>> LineProcess::start(const std::string& program,
                                                        std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  Pipe to, from;
  int error = to.open();
  if (error == 0) error = from.open();
  pid_t pid = -1;
  if (error == 0) error = spawn(pid, program, arguments, to.ends[0], from.ends[1]);
  if (error != 0) return fail(ErrorKind::kIo, msg::kCannotStartProgram, program, reason(error));
  return std::unique_ptr<LineProcess>(new LineProcess(program, pid, to.take(1), from.take(0)));
}

LineProcess::~LineProcess() {
  close(in_);
  close(out_);
  kill(pid_, SIGTERM);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

Status LineProcess::write_line(const std::string& line) {
  const std::string bytes = line + "\n";
  for (size_t at = 0; at < bytes.size();) {
    TRY(check_interrupted());
    const ssize_t n = write(in_, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno != EINTR) return fail(ErrorKind::kIo, msg::kProgramEnded, name_);
    if (n > 0) at += static_cast<size_t>(n);
  }
  return ok();
}

Result<std::string> LineProcess::read_line() {
  for (size_t seen = 0;;) {
    const size_t end = unread_.find('\n', seen);
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    seen = unread_.size();
    if (seen > kMaxLineBytes) return fail(ErrorKind::kIo, msg::kProgramTalksTooMuch, name_, kMaxLineBytes);
    if (!wait_for_input(out_)) TRY(check_interrupted());
    char piece[65536];
    const ssize_t n = read(out_, piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorKind::kIo, msg::kProgramEnded, name_);
    unread_.append(piece, static_cast<size_t>(n));
  }
}

Result<std::string> LineProcess::ask(const std::string& line) {
  TRY(write_line(line));
  return read_line();
}

}  // namespace ondol
