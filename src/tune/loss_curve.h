// LossCurve: the losses of a training run, read back from its log (tune/train_log.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace ondol {

struct LossPoint {
  double step;
  double loss;  // nats a token
};

struct LossCurve {
  std::string name;                 // for the legend
  std::vector<LossPoint> train;     // steps rise
  std::vector<LossPoint> held_out;  // some of the same steps
};

// Reads `path`: a JSON object a line with "step", "loss" and here and there "held_out_loss".  Where steps go back, as
// after a run was resumed, what was logged of them before no longer counts.  The name is the file's without its suffix.
// Fails with kBadInput, naming file and line, or when no line holds a loss; kIo.
Result<LossCurve> read_loss_curve(const std::string& path);

}  // namespace ondol
