// How fast a model trains here, beside what the machine could multiply at most.
#pragma once

#include "measure/limits.h"
#include "tune/network.h"
#include "tune/trainer.h"

namespace ondol {

struct TrainSpeed {
  int64_t n_tokens;        // of a step
  int64_t n_trained;       // parameters
  double tokens_per_s;     // median of the steps
  double gflop_s;          // median; 2 operations for each weight and token forward, 2 for the input's gradient, 2 for
                           // its own where it is trained; what is computed twice to save memory counts once
  MachineLimits limits;    // mean of the probes before and after
  int64_t peak_rss_bytes;  // before any probe of a round after the first step
};

// Takes steps of one sequence of random tokens after each other: forward, backward, optimiser.
//   model   loaded with LoadOptions::low_memory
// Fails as Network::full() or low_rank().
Result<TrainSpeed> measure_train_speed(const Model& model, bool full, int64_t rank, int64_t n_tokens, int n_rounds,
                                       Precision precision, ThreadPool& pool);

}  // namespace ondol
