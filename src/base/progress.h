// Progress: how far long work has come, on standard error.
//
// On a terminal a bar that redraws itself in place; elsewhere (a log, a pipe) a line for each tenth at most; nothing
// when quiet.  Colour only on a terminal and without NO_COLOR (no-color.org).
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace ondol {

enum class ProgressStyle { kQuiet, kLines, kBar, kColorBar };

// What suits standard error and the environment.
ProgressStyle choose_progress_style(bool quiet);

// One piece of work.  Used by one thread.
class Progress {
 public:
  // `what` names the work in the user's language, for example "writing s.gguf".
  Progress(std::string what, ProgressStyle style, std::FILE* out = stderr);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // takes an unfinished bar off the screen

  // `done` of `total`, in the work's own unit.  Cheap: draws at most ten times a second.
  void update(int64_t done, int64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  ProgressStyle style_;
  std::FILE* out_;
  int last_percent_ = -1;  // what was drawn last
  bool bar_on_screen_ = false;
  Clock::time_point last_drawn_{};
};

// "what [=====>    ]  57 %": the bar without its control codes.  0 <= percent <= 100.
std::string progress_bar(const std::string& what, int percent);

}  // namespace ondol
