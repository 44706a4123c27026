#include "cli/console.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/cli_messages.h"
#include "cli/text_width.h"

namespace ondol {
namespace {

constexpr size_t kBufferBytes = 64 << 10;

// All of `text`, whatever signals come between; a second Ctrl-C ends the process (base/interrupt.h).  Returns 0 or
// errno.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {  // somebody else made the terminal non-blocking
      pollfd output{fd, POLLOUT, 0};
      poll(&output, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

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
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void Console::line(std::string_view text) {
  write(text);
  write("\n");
  if (columns_ > 0) flush();
}

void Console::flush() {
  if (write_errno_ == 0) write_errno_ = write_all(STDOUT_FILENO, buffer_);
  buffer_.clear();
}

void Console::error_line(std::string_view text) { screen("ondol: " + visible_text(text) + "\n"); }

void Console::screen(std::string_view text) { write_all(STDERR_FILENO, text); }

Status Console::status() const {
  if (write_errno_ == 0) return ok();
  return fail(ErrorKind::kIo, msg::kCannotWriteAnswer, std::strerror(write_errno_));
}

bool Console::reader_gone() const { return write_errno_ == EPIPE; }

}  // namespace ondol
