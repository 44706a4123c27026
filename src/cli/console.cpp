#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/cli_messages.h"
#include "cli/text_width.h"

namespace ondol {

bool stdin_is_terminal() { return isatty(STDIN_FILENO) == 1; }
bool stdout_is_terminal() { return isatty(STDOUT_FILENO) == 1; }

Console::Console() {
  const char* no_color = std::getenv("NO_COLOR");
  color_ = isatty(STDERR_FILENO) == 1 && !(no_color && *no_color);
  winsize size{};
  if (stdout_is_terminal())
    columns_ = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void Console::write(std::string_view text) {
  if (write_errno_ == 0 && std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) write_errno_ = errno;
}

void Console::line(std::string_view text) {
  write(text);
  write("\n");
}

void Console::flush() {
  if (std::fflush(stdout) != 0 && write_errno_ == 0) write_errno_ = errno;
}

void Console::error_line(std::string_view text) {
  const std::string line = "ondol: " + visible_text(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Console::screen(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

Status Console::status() const {
  if (write_errno_ == 0) return ok();
  return fail(ErrorKind::kIo, msg::kCannotWriteAnswer, std::strerror(write_errno_));
}

bool Console::reader_gone() const { return write_errno_ == EPIPE; }

}  // namespace ondol
