// Fit: the longest context a model can have within a device's memory and a wanted speed, and how large its file may be
// where there is none.
#pragma once

#include <optional>
#include <vector>

#include "measure/speed_probe.h"

namespace ondol {

// What a run has to keep to; 0: anything.
struct Goal {
  int64_t ram_bytes = 0;
  double tokens_per_s = 0;  // decoding, at the end of a full context
};

struct Fit {
  KvType kv_type = KvType::kF16;
  int64_t context_length = 0;  // 0: not even one page of it
};

// The longest context for each KV type that the model's heads allow, best type first.  `speed` is that of `run`, whose
// KV type and context do not matter otherwise.
Result<std::vector<Fit>> longest_contexts(const Checkpoint& checkpoint, const Model& outline, const PlannedRun& run,
                                          const SpeedPlan& speed, const Goal& goal);

// The whole file's bytes at which `run` keeps to the goal when its matrices alone shrink, by as many bytes in the file
// as in memory; nothing where no size of theirs does.  `file_bytes` is the file's size now.
std::optional<int64_t> fitting_file_bytes(const Model& outline, const PlannedRun& run, const MemoryPlan& memory,
                                          const SpeedPlan& speed, const Goal& goal, int64_t file_bytes);

}  // namespace ondol
