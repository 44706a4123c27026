#include "cli/chat_screen.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/interrupt.h"
#include "cli/answer_writer.h"
#include "cli/cli_messages.h"
#include "prompt/person_text.h"

namespace ondol {
namespace {

constexpr std::string_view kManyLines = "\"\"\"";

// While it lives, the terminal's backspace takes whole UTF-8 characters, so that one key removes one syllable.
class Utf8Terminal {
 public:
  Utf8Terminal() {
    termios settings{};
    if (tcgetattr(STDIN_FILENO, &settings) != 0 || (settings.c_iflag & IUTF8)) return;
    before_ = settings;
    settings.c_iflag |= IUTF8;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &settings);
  }
  ~Utf8Terminal() {
    if (before_) tcsetattr(STDIN_FILENO, TCSADRAIN, &*before_);
  }
  Utf8Terminal(const Utf8Terminal&) = delete;
  Utf8Terminal& operator=(const Utf8Terminal&) = delete;

 private:
  std::optional<termios> before_;
};

class ChatScreen {
 public:
  ChatScreen(const ChatBackend& backend, Console& console) : backend_(backend), console_(console) {}

  Status run() {
    for (;;) {
      std::string message;
      const LineReader::End end = read_message(message);
      if (end == LineReader::End::kEndOfInput) {
        console_.screen("\n");
        return ok();
      }
      if (end == LineReader::End::kInterrupted) {
        clear_interrupt();
        console_.screen("\n");
        // Said once, here: whoever presses again means it.
        if (++n_interrupts_ > 1) return tl::make_unexpected(Error{ErrorKind::kInterrupted, {}});
        say(msg::kChatHowToEnd);
        continue;
      }
      n_interrupts_ = 0;
      if (message.empty()) continue;
      if (message == "/exit") return ok();
      if (message.front() == '/') obey(message);
      else TRY(show_answer(message));
    }
  }

 private:
  template <class... Args>
  void say(const Message& message, Args&&... args) {
    console_.screen(format_message(message, std::forward<Args>(args)...) + "\n");
  }

  LineReader::End read_message(std::string& message) {
    console_.screen(console_.color() ? "\033[36m> \033[0m" : "> ");
    LineReader::End end = lines_.next(message);
    if (end != LineReader::End::kLine || !message.starts_with(kManyLines)) return end;
    // """ opens a message that ends with the next """
    message.erase(0, kManyLines.size());
    while (!message.ends_with(kManyLines)) {
      console_.screen(console_.color() ? "\033[36m. \033[0m" : ". ");
      std::string line;
      end = lines_.next(line);
      if (end != LineReader::End::kLine) return end;
      message += (message.empty() ? "" : "\n") + line;
    }
    message.erase(message.size() - kManyLines.size());
    if (message.ends_with('\n')) message.pop_back();
    return end;
  }

  void obey(const std::string& command) {
    if (command == "/help") {
      say(msg::kChatHelp);
    } else if (command == "/reset") {
      backend_.reset();
      say(msg::kChatForgotten);
    } else if (command == "/stats") {
      if (last_) console_.screen(backend_.stats(*last_) + "\n");
      else say(msg::kChatNoStats);
    } else if (backend_.set_system && (command == "/system" || command.starts_with("/system "))) {
      const std::string text = command.size() > 8 ? command.substr(8) : "";
      backend_.set_system(read_person_text(text, backend_.raw).text);
      say(text.empty() ? msg::kChatNoSystem : msg::kChatSystemSet);
    } else {
      say(msg::kChatUnknown, command.substr(0, command.find(' ')));
    }
  }

  Status show_answer(const std::string& message) {
    const PersonText text = read_person_text(message, backend_.raw);
    if (text.n_replaced > 0) console_.note(msg::kReplacedBytes, text.n_replaced);
    AnswerWriter writer(console_, backend_.shows_thinking);
    auto reply =
        backend_.answer(text.text, [&](AnswerKind kind, std::string_view piece) { writer.write(kind, piece); });
    clear_interrupt();
    writer.finish(reply ? reply->answer : Answer{});
    console_.flush();
    if (!reply) {
      if (reply.error().kind != ErrorKind::kBadInput) return tl::make_unexpected(std::move(reply.error()));
      console_.error_line(reply.error().message);
      return ok();
    }
    if (reply->n_dropped_turns > 0) say(msg::kChatDropped, reply->n_dropped_turns);
    if (reply->generated.reason == FinishReason::kLength) say(msg::kChatCut);
    last_ = std::move(*reply);
    return console_.status();
  }

  const ChatBackend& backend_;
  Console& console_;
  LineReader lines_;
  std::optional<Reply> last_;
  int n_interrupts_ = 0;
};

}  // namespace

LineReader::End LineReader::next(std::string& line) {
  for (;;) {
    if (const size_t end = buffered_.find('\n'); end != std::string::npos) {
      line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return End::kLine;
    }
    if (!wait_for_input(STDIN_FILENO)) {
      buffered_.clear();
      return End::kInterrupted;
    }
    char piece[4096];
    const ssize_t n = read(STDIN_FILENO, piece, sizeof piece);
    if (n > 0) {
      buffered_.append(piece, static_cast<size_t>(n));
    } else if (n == 0 || errno != EINTR) {
      if (buffered_.empty()) return End::kEndOfInput;  // a terminal that went away (EIO) is an end, too
      line = std::exchange(buffered_, {});
      return End::kLine;
    }
  }
}

Status run_chat_screen(const ChatBackend& backend, std::string_view banner, Console& console) {
  const Utf8Terminal terminal;
  console.screen(std::string(banner) + "\n");
  return ChatScreen(backend, console).run();
}

}  // namespace ondol
