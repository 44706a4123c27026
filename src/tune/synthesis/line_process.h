// LineProcess: a program of ours that is told a line and answers with a line.
//
// Started without a shell and in a process group of its own, so that a terminal's Ctrl-C reaches us alone and we end
// it in order.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace ondol {

// Owned by one thread.  The process ignores SIGPIPE, as main() arranges.
class LineProcess {
 public:
  // Starts `program`, a path or a name to be found on PATH.  Fails with kIo.
  static Result<std::unique_ptr<LineProcess>> start(const std::string& program, std::vector<std::string> arguments);
  // Ends the program.
  ~LineProcess();
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  // Sends `line`, which holds no line end, and waits for one back, at most kMaxLineBytes; the program
  // reads all of it before it answers.  Fails with kIo (the program
  // ended, or says too much) or kInterrupted.
  Result<std::string> ask(const std::string& line);

  static constexpr size_t kMaxLineBytes = size_t{32} << 20;

 private:
  LineProcess(std::string name, pid_t pid, int in, int out) : name_(std::move(name)), pid_(pid), in_(in), out_(out) {}
  Status write_line(const std::string& line);
  Result<std::string> read_line();

  std::string name_;
  pid_t pid_;
  int in_, out_;  // what we write to, what we read from
  std::string unread_;
};

}  // namespace ondol
