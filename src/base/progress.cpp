#include "base/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ondol {
namespace {

constexpr int kBarCells = 30;
constexpr int kLinePercent = 10;
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr const char* kClearLine = "\r\033[K";  // ECMA-48: erase to the end of the line
constexpr const char* kCyan = "\033[36m";
constexpr const char* kPlain = "\033[0m";

}  // namespace

ProgressStyle choose_progress_style(bool quiet) {
  if (quiet) return ProgressStyle::kQuiet;
  if (!isatty(STDERR_FILENO)) return ProgressStyle::kLines;
  const char* no_color = std::getenv("NO_COLOR");
  return no_color && *no_color ? ProgressStyle::kBar : ProgressStyle::kColorBar;
}

std::string progress_bar(const std::string& what, int percent) {
  const int full = percent * kBarCells / 100;
  std::string cells(static_cast<size_t>(full), '=');
  if (full < kBarCells) cells += '>';
  cells.resize(kBarCells, ' ');
  return fmt::format("{} [{}] {:3} %", what, cells, percent);
}

Progress::Progress(std::string what, ProgressStyle style, std::FILE* out)
    : what_(std::move(what)), style_(style), out_(out) {}

Progress::~Progress() {
  if (bar_on_screen_) std::fputs(kClearLine, out_);
}

void Progress::update(int64_t done, int64_t total) {
  if (style_ == ProgressStyle::kQuiet || total <= 0) return;
  const double share = static_cast<double>(done) / static_cast<double>(total);
  const int percent = std::clamp(static_cast<int>(share * 100), 0, 100);
  const bool finished = done >= total;
  if (style_ == ProgressStyle::kLines) {
    if (last_percent_ >= 0 && percent / kLinePercent <= last_percent_ / kLinePercent) return;
    fmt::print(out_, "{}: {} %\n", what_, percent);
  } else {
    if (percent == last_percent_) return;
    const Clock::time_point now = Clock::now();
    if (!finished && last_percent_ >= 0 && now - last_drawn_ < kRedraw) return;
    last_drawn_ = now;
    const bool color = style_ == ProgressStyle::kColorBar;
    fmt::print(out_, "{}{}{}{}", kClearLine, color ? kCyan : "", progress_bar(what_, percent), color ? kPlain : "");
    if (finished) std::fputc('\n', out_);
    bar_on_screen_ = !finished;
  }
  last_percent_ = percent;
  std::fflush(out_);
}

}  // namespace ondol
