// A calibration that ends in an imatrix file, which is written every half minute so that it can be gone on with.
#pragma once

#include <string>

#include "compress/calibrate.h"

namespace ondol {

struct CalibrationFileOptions {
  std::string path;
  std::vector<std::string> texts;  // the data files, for the file's record
  std::string text_identity;       // Dataset::identity of the examples
  std::string model_path;
  bool resume = false;  // go on with the file that stands there, if one does
  CalibrateOptions calibrate{};
};

// Fails with kBadInput when the file to go on with is of another model or other texts, as read_imatrix(), calibrate()
// or write_imatrix() do.
Result<CalibrationResult> calibrate_into_file(const CalibrationFileOptions& options, const Model& model,
                                              const Checkpoint& checkpoint, ThreadPool& pool,
                                              std::span<const Example> examples, const CalibrationReport& report);

// Whether a model that was surprised so much, `nats` a token, may be of another language or field than the text: three
// quarters of what guessing blindly gives.
bool seems_foreign(double nats, int64_t vocab_size);

}  // namespace ondol
