// Console: where a command's words go.  Answers to standard output, everything else to standard error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/progress.h"
#include "base/result.h"

namespace ondol {

class Console {
 public:
  Console();

  // Part of the answer, byte for byte; it may wait for flush().  A failure (a full disk, a closed pipe) is kept for
  // status().
  void write(std::string_view text);
  // write() and a line end; seen at once on a terminal.
  void line(std::string_view text);
  template <class... Args>
  void line(const Message& message, Args&&... args) {
    line(format_message(message, std::forward<Args>(args)...));
  }
  void flush();

  // A remark on standard error: "ondol: …".  Nothing after set_quiet().
  template <class... Args>
  void note(const Message& message, Args&&... args) {
    if (!quiet_) error_line(format_message(message, std::forward<Args>(args)...));
  }
  // An "ondol: …" line on standard error, control characters of foreign names made visible, so that it stays one line.
  void error_line(std::string_view text);
  // Text on standard error as it is: the chat's own screen.
  void screen(std::string_view text);

  void set_quiet(bool quiet) { quiet_ = quiet; }
  bool quiet() const { return quiet_; }
  ProgressStyle progress_style() const { return choose_progress_style(quiet_); }

  // Standard error may be coloured: a terminal, and NO_COLOR is not set (no-color.org).
  bool color() const { return color_; }
  // Columns of the terminal standard output goes to, 0 when it goes elsewhere.
  int columns() const { return columns_; }

  // kIo once standard output could not be written.
  Status status() const;
  // True when nobody reads standard output any more.
  bool reader_gone() const;

 private:
  bool quiet_ = false;
  bool color_ = false;
  int columns_ = 0;
  int write_errno_ = 0;
  std::string buffer_;  // of standard output
};

bool stdin_is_terminal();
bool stdout_is_terminal();

}  // namespace ondol
