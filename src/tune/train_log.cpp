#include "tune/train_log.h"

#include <cerrno>
#include <cstring>

#include "tune/tune_messages.h"

namespace ondol {

std::string log_line(const StepReport& report) {
  std::string line = fmt::format(
      R"({{"step":{},"epoch":{:.4f},"loss":{:.6g},"gradient_norm":{:.6g},"learning_rate":{:.6g},"tokens_per_s":{:.1f})",
      report.step, report.epoch, report.loss, report.gradient_norm, report.learning_rate, report.tokens_per_s);
  if (report.held_out_loss) line += fmt::format(R"(,"held_out_loss":{:.6g})", *report.held_out_loss);
  return line + "}\n";
}

Result<TrainLog> TrainLog::open(const std::string& path, bool append) {
  TrainLog log;
  log.path_ = path;
  log.file_.reset(std::fopen(path.c_str(), append ? "a" : "w"));
  if (!log.file_) return fail(ErrorKind::kIo, msg::kCannotLog, path, std::strerror(errno));
  return log;
}

Status TrainLog::write(const StepReport& report) {
  const std::string line = log_line(report);
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size() || std::fflush(file_.get()) != 0) {
    return fail(ErrorKind::kIo, msg::kCannotLog, path_, std::strerror(errno));
  }
  return ok();
}

}  // namespace ondol
