// Calibration: a model reads a field's text, and what each matrix is multiplied with is remembered as Importance.
#pragma once

#include <functional>
#include <span>

#include "base/thread_pool.h"
#include "compress/example_loss.h"
#include "compress/importance.h"
#include "model/model.h"
#include "tune/data/example.h"

namespace ondol {

struct CalibrateOptions {
  int64_t chunk_tokens = 512;  // examples are read together until they have so many
  int64_t max_chunks = 0;      // taken evenly from all there are; 0: all
};

// Called after each chunk with what there is so far; an error ends the calibration.
using CalibrationReport = std::function<Status(const Importance& so_far, int64_t n_chunks)>;

struct CalibrationResult {
  Importance importance;
  ExampleLoss loss;  // of the chunks read now: what tells a text of the model's field from one of another language
};

// Reads `examples`, each in a context of its own.  Matrices get the names they have in `checkpoint`, from which `model`
// was loaded with LoadOptions::low_memory.  With `begun`, which such a calibration left, goes on behind its chunks.
// Fails with kBadInput (activations that are no numbers), kOutOfMemory, kInterrupted, or as `report` does.
Result<CalibrationResult> calibrate(const Model& model, const Checkpoint& checkpoint, ThreadPool& pool,
                                    std::span<const Example> examples, const CalibrateOptions& options,
                                    Importance begun = {}, const CalibrationReport& report = nullptr);

}  // namespace ondol
