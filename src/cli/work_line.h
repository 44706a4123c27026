// Lines that tell how long work goes: on a terminal one line that redraws itself, elsewhere some lines in all.
#pragma once

#include <chrono>
#include <string>

#include "cli/console.h"
#include "tune/trainer.h"

namespace ondol {

// "40 s", "12 min", "3.5 h" in the user's language.
std::string time_text(double seconds);

// Of training: step, losses, speed, time left.  Closed by its destructor at the latest.
class StepLine {
 public:
  explicit StepLine(Console& console) : console_(console), style_(console.progress_style()) {}
  StepLine(const StepLine&) = delete;
  StepLine& operator=(const StepLine&) = delete;
  ~StepLine() { close(); }

  void show(const StepReport& report);
  void close();

 private:
  Console& console_;
  ProgressStyle style_;
  std::string held_out_;
  bool is_open_ = false;
};

// Of any other piece of work: its name, the share that is done, the time left once that can be told.
class WorkLine {
 public:
  // `what` in the user's language.
  WorkLine(Console& console, std::string what)
      : console_(console), style_(console.progress_style()), what_(std::move(what)) {}
  WorkLine(const WorkLine&) = delete;
  WorkLine& operator=(const WorkLine&) = delete;
  ~WorkLine();

  void show(int64_t n_done, int64_t n_all);

 private:
  using Clock = std::chrono::steady_clock;
  Console& console_;
  ProgressStyle style_;
  std::string what_;
  Clock::time_point began_ = Clock::now(), drawn_{};
  int64_t last_tenth_ = -1;
  bool is_open_ = false;
};

}  // namespace ondol
