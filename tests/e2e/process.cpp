#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

namespace ondol::e2e {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::minutes(2);

std::vector<char*> argument_vector(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void become_ondol(const std::vector<std::string>& args) {
  std::vector<std::string> words = {ONDOL_PROGRAM};
  words.insert(words.end(), args.begin(), args.end());
  execv(ONDOL_PROGRAM, argument_vector(words).data());
  _exit(127);
}

void set_limit(int resource, int64_t value) {
  const rlimit limit{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
  setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

void use_english() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"}) unsetenv(name);
}

Outcome outcome_of(int status) {
  Outcome outcome;
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  return outcome;
}

}  // namespace

Outcome run_ondol(const std::vector<std::string>& args, const Setting& setting) {
  int in[2], out[2], err[2];
  if (pipe(in) != 0 || pipe(out) != 0 || pipe(err) != 0) return {};
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    if (!setting.stdout_path.empty()) dup2(open(setting.stdout_path.c_str(), O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    for (const int fd : {in[0], in[1], out[0], out[1], err[0], err[1]}) close(fd);
    use_english();
    for (const auto& [name, value] : setting.env) setenv(name.c_str(), value.c_str(), 1);
    std::signal(SIGXFSZ, SIG_IGN);
    if (setting.max_memory_bytes > 0) set_limit(RLIMIT_AS, setting.max_memory_bytes);
    if (setting.max_file_bytes > 0) set_limit(RLIMIT_FSIZE, setting.max_file_bytes);
    become_ondol(args);
  }
  for (const int fd : {in[0], out[1], err[1]}) close(fd);
  std::signal(SIGPIPE, SIG_IGN);
  if (write(in[1], setting.input.data(), setting.input.size()) < 0) {}  // the program need not read it
  close(in[1]);

  std::string texts[2];
  pollfd ends[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  const auto deadline = Clock::now() + kPatience;
  bool interrupted = false;
  for (int n_open = 2; n_open > 0;) {
    if (Clock::now() > deadline) kill(pid, SIGKILL);
    if (setting.interrupt_when && !interrupted && setting.interrupt_when()) interrupted = kill(pid, SIGINT) == 0;
    if (poll(ends, 2, setting.interrupt_when ? 1 : 100) <= 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      char piece[65536];
      const ssize_t n = read(ends[i].fd, piece, sizeof piece);
      if (n > 0) {
        texts[i].append(piece, static_cast<size_t>(n));
      } else {
        close(ends[i].fd);
        ends[i].fd = -1;
        --n_open;
      }
    }
  }
  int status = 0;
  waitpid(pid, &status, 0);
  Outcome outcome = outcome_of(status);
  outcome.out = std::move(texts[0]);
  outcome.err = std::move(texts[1]);
  return outcome;
}

RunningOndol::RunningOndol(const std::vector<std::string>& args, const Setting& setting) {
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return;
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // also where a test aborts
    dup2(out[1], STDOUT_FILENO);
    use_english();
    for (const auto& [name, value] : setting.env) setenv(name.c_str(), value.c_str(), 1);
    become_ondol(args);
  }
  close(out[1]);
  out_ = out[0];
  const auto deadline = Clock::now() + kPatience;
  pollfd end{out_, POLLIN, 0};
  for (char c; Clock::now() < deadline;) {
    if (poll(&end, 1, 100) <= 0) continue;
    if (read(out_, &c, 1) <= 0 || c == '\n') return;
    first_line_ += c;
  }
}

RunningOndol::~RunningOndol() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_);
}

void RunningOndol::signal(int number) const { kill(pid_, number); }

Outcome RunningOndol::finish() {
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return outcome_of(status);
}

TerminalSession::TerminalSession(const std::vector<std::string>& args) {
  const winsize size{40, 100, 0, 0};
  pid_ = forkpty(&fd_, nullptr, nullptr, &size);
  if (pid_ == 0) {
    use_english();
    setenv("NO_COLOR", "1", 1);
    become_ondol(args);
  }
}

TerminalSession::~TerminalSession() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(fd_);
}

void TerminalSession::type(const std::string& keys) {
  if (write(fd_, keys.data(), keys.size()) < 0) {}  // a program that ended is found out by finish()
}

bool TerminalSession::read_more(int timeout_ms) {
  pollfd end{fd_, POLLIN, 0};
  if (poll(&end, 1, timeout_ms) <= 0) return true;
  char piece[4096];
  const ssize_t n = read(fd_, piece, sizeof piece);
  if (n <= 0) return false;
  screen_.append(piece, static_cast<size_t>(n));
  return true;
}

bool TerminalSession::wait_for(const std::string& text) {
  const auto deadline = Clock::now() + kPatience;
  for (bool open = true;; open = read_more(100)) {
    const size_t at = screen_.find(text, seen_);
    if (at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    if (!open || Clock::now() > deadline) return false;
  }
}

Outcome TerminalSession::finish() {
  const auto deadline = Clock::now() + kPatience;
  while (read_more(100)) {
    if (Clock::now() > deadline) kill(pid_, SIGKILL);
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  Outcome outcome = outcome_of(status);
  outcome.out = screen_;
  return outcome;
}

Folder::Folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "ondol-e2e-XXXXXX";
  if (const char* made = mkdtemp(pattern.data())) path_ = made;
}

Folder::~Folder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> Folder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

int64_t count_lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n') + (!text.empty() && text.back() != '\n');
}

}  // namespace ondol::e2e
