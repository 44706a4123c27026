// Runs the program `ondol` as a person would: a process with arguments, input, limits, or a terminal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ondol::e2e {

struct Outcome {
  int exit_code = -1;  // of a process that ended by itself
  int signal = 0;      // that ended it, or 0
  std::string out, err;
};

struct Setting {
  std::string input;                                     // standard input, a pipe
  std::vector<std::pair<std::string, std::string>> env;  // on top of ours
  int64_t max_memory_bytes = 0;                          // RLIMIT_AS
  int64_t max_file_bytes = 0;                            // RLIMIT_FSIZE, SIGXFSZ ignored: write() fails
  std::string stdout_path;                               // instead of a pipe
  std::function<bool()> interrupt_when;                  // polled; SIGINT once it says so
};

// Runs `ondol args…` and waits.  A run of more than two minutes is killed and counts as ended by SIGKILL.
Outcome run_ondol(const std::vector<std::string>& args, const Setting& setting = {});

// `ondol args…` that runs on beside the test, as a server does; killed at the end of its life here.
class RunningOndol {
 public:
  // Waits for the first line of standard output, at most two minutes.  Of `setting` only env is heeded.  The program
  // ends with the thread that calls this.
  explicit RunningOndol(const std::vector<std::string>& args, const Setting& setting = {});
  ~RunningOndol();
  RunningOndol(const RunningOndol&) = delete;
  RunningOndol& operator=(const RunningOndol&) = delete;

  const std::string& first_line() const { return first_line_; }  // "" when there was none
  void signal(int number) const;
  // Waits for the end.
  Outcome finish();

 private:
  int pid_ = -1, out_ = -1;
  std::string first_line_;
};

// `ondol args…` on a pseudo terminal.  Standard output and error both go to the screen.
class TerminalSession {
 public:
  explicit TerminalSession(const std::vector<std::string>& args);
  ~TerminalSession();
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;

  // Types text as it is; "\n" is the return key, "\x03" Ctrl-C, "\x04" Ctrl-D.
  void type(const std::string& keys);
  // Waits until `text` stands on the screen after what was waited for before; false after two minutes.
  bool wait_for(const std::string& text);
  const std::string& screen() const { return screen_; }
  // Waits for the end.
  Outcome finish();

 private:
  bool read_more(int timeout_ms);

  int pid_ = -1, fd_ = -1;
  std::string screen_;
  size_t seen_ = 0;  // bytes of screen_ that wait_for() has passed
};

// A fresh folder under the system's temporary one, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::vector<std::string> names() const;  // of its files, sorted

 private:
  std::string path_;
};

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& bytes);
int64_t count_lines(const std::string& text);

}  // namespace ondol::e2e
