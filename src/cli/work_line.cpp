#include "cli/work_line.h"

#include "cli/tune_messages.h"

namespace ondol {

std::string time_text(double seconds) {
  if (seconds < 90) return format_message(msg::kTuneSeconds, seconds);
  if (seconds < 90 * 60) return format_message(msg::kTuneMinutes, seconds / 60);
  return format_message(msg::kTuneHours, seconds / 3600);
}

void StepLine::show(const StepReport& report) {
  if (report.held_out_loss) held_out_ = format_message(msg::kTuneHeldOut, *report.held_out_loss);
  if (style_ == ProgressStyle::kQuiet) return;
  const std::string line = format_message(msg::kTuneLine, report.step, report.n_steps, report.loss, held_out_,
                                          report.tokens_per_s, time_text(report.left_s));
  if (style_ != ProgressStyle::kLines) {
    console_.screen("\r\x1b[K" + line);
    is_open_ = true;
  } else if (report.step * 40 / report.n_steps != (report.step - 1) * 40 / report.n_steps) {
    console_.screen(line + "\n");
  }
}

void StepLine::close() {
  if (is_open_) console_.screen("\n");
  is_open_ = false;
}

WorkLine::~WorkLine() {
  if (is_open_) console_.screen("\r\x1b[K");
}

void WorkLine::show(int64_t n_done, int64_t n_all) {
  constexpr auto kDrawEvery = std::chrono::milliseconds(100);
  constexpr double kTellAfter_s = 5;  // before that, what is left is a guess
  if (style_ == ProgressStyle::kQuiet || n_all <= 0) return;
  const auto now = Clock::now();
  const int64_t tenth = 10 * n_done / n_all;
  const bool is_lines = style_ == ProgressStyle::kLines;
  if (is_lines ? tenth == last_tenth_ : now - drawn_ < kDrawEvery) return;
  last_tenth_ = tenth;
  drawn_ = now;
  const double share = static_cast<double>(n_done) / static_cast<double>(n_all);
  const double passed_s = std::chrono::duration<double>(now - began_).count();
  std::string line = fmt::format("{} {:.0f} %", what_, 100 * share);
  if (passed_s > kTellAfter_s && share > 0) {
    line = format_message(msg::kWorkLeft, line, time_text(passed_s * (1 - share) / share));
  }
  console_.screen(is_lines ? line + "\n" : "\r\x1b[K" + line);
  is_open_ = !is_lines;
}

}  // namespace ondol
