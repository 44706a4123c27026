// The order in which examples are seen, and the packed batches they make: a function of the seed alone, so that a run
// continued from a checkpoint sees what it would have seen.
#pragma once

#include <span>
#include <vector>

#include "tune/data/example.h"
#include "tune/packed_batch.h"

namespace ondol {

struct BatchOptions {
  int64_t tokens_per_step = 4096;  // the examples of a step have at least as many together, the last step's fewer
  int64_t tokens_per_batch =
      1024;  // a step's examples are packed into batches of about so many; memory follows from it
  uint64_t seed = 1;
};

// One epoch's steps: the examples' indices in a random order, cut where a step is full.
std::vector<std::vector<int64_t>> plan_epoch(std::span<const Example> examples, const BatchOptions& options,
                                             int64_t epoch);

// The examples side by side; a batch holds at least one.
std::vector<PackedBatch> pack(std::span<const Example> examples, std::span<const int64_t> chosen,
                              int64_t tokens_per_batch);

}  // namespace ondol
