// The log of a training run: a JSON object for each step, one per line, that `ondol plot` reads.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "base/result.h"
#include "tune/trainer.h"

namespace ondol {

// {"step":…,"epoch":…,"loss":…,"gradient_norm":…,"learning_rate":…,"tokens_per_s":…} and "held_out_loss" where it was
// taken.
std::string log_line(const StepReport& report);

class TrainLog {
 public:
  // Opens `path` for lines behind those it has (`append`) or none.  Fails with kIo.
  static Result<TrainLog> open(const std::string& path, bool append);

  // Fails with kIo; a line is written whole and at once.
  Status write(const StepReport& report);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string path_;
};

}  // namespace ondol
