#include "measure/fit.h"

#include <algorithm>

#include "base/memory.h"
#include "measure/traffic.h"

namespace ondol {
namespace {

// Best first.
constexpr KvType kKvTypes[] = {KvType::kF16, KvType::kQ8_0, KvType::kQ4_0};

// How many bytes less a run must take to need at most `ram_bytes`.
int64_t excess_bytes(const MemoryPlan& memory, int64_t ram_bytes) {
  const int64_t peak = memory.peak_bytes(), spare = memory.needed_bytes() - peak - memory_tolerance(peak);
  int64_t low = 0, high = peak;  // the least that is enough
  while (low < high) {
    const int64_t middle = low + (high - low) / 2, left = peak - middle;
    if (left + spare + memory_tolerance(left) <= ram_bytes) high = middle;
    else low = middle + 1;
  }
  return low;
}

// By how many bytes a model's matrices have to shrink for that; memory comes in whole granules.
int64_t weight_excess_bytes(const Model& outline, const MemoryPlan& memory, int64_t ram_bytes) {
  const int64_t excess = excess_bytes(memory, ram_bytes);
  if (excess == 0) return 0;
  const int64_t granule = Buffer::granule_bytes(outline.arena_bytes);
  const int64_t room = std::max<int64_t>(0, memory.weight_bytes + memory.mapped_bytes - excess) / granule * granule;
  return outline.arena_bytes + outline.mapped_bytes - room;
}

// Seconds a step may take; 0: any.
double step_limit_s(const Goal& goal) { return goal.tokens_per_s > 0 ? 1 / goal.tokens_per_s : 0; }

// Of two KV types, how much more the one reads.
double cache_ratio(const Model& outline, KvType type, KvType than) {
  return static_cast<double>(kv_page_bytes(type, outline.hp.head_dim)) /
         static_cast<double>(kv_page_bytes(than, outline.hp.head_dim));
}

}  // namespace

Result<std::vector<Fit>> longest_contexts(const Checkpoint& checkpoint, const Model& outline, const PlannedRun& run,
                                          const SpeedPlan& speed, const Goal& goal) {
  std::vector<Fit> fits;
  for (const KvType type : kKvTypes) {
    const double position_s = speed.decode_position_s * cache_ratio(outline, type, run.kv_type);
    const auto keeps_to = [&](int64_t context) -> Result<bool> {
      const double limit_s = step_limit_s(goal);
      if (limit_s > 0 && speed.decode_empty_s + position_s * static_cast<double>(context) > limit_s) return false;
      TRY(const MemoryPlan memory, plan_memory(checkpoint, outline, {context, type, run.n_threads, context - 1, 1}));
      return goal.ram_bytes == 0 || memory.needed_bytes() <= goal.ram_bytes;
    };
    // in pages; both demands grow with the context
    int64_t low = 0, high = outline.hp.context_length / kPageLength;
    bool allowed = true;
    while (low < high && allowed) {
      const int64_t middle = high - (high - low) / 2;
      const auto kept = keeps_to(middle * kPageLength);
      if (!kept && kept.error().kind != ErrorKind::kBadInput) return tl::make_unexpected(kept.error());
      allowed = kept.has_value();  // else the type has no effect in so short a context
      if (allowed && *kept) low = middle;
      else high = middle - 1;
    }
    if (allowed) fits.push_back({type, low * kPageLength});
  }
  return fits;
}

std::optional<int64_t> fitting_file_bytes(const Model& outline, const PlannedRun& run, const MemoryPlan& memory,
                                          const SpeedPlan& speed, const Goal& goal, int64_t file_bytes) {
  int64_t too_many = 0;
  if (goal.ram_bytes > 0) too_many = weight_excess_bytes(outline, memory, goal.ram_bytes);
  const double limit_s = step_limit_s(goal),
               cache_s = speed.decode_position_s * static_cast<double>(run.context_length);
  if (limit_s > 0) {
    // What a step takes beside the cache goes to its matrices, byte for byte.
    const double share = std::max(0.0, limit_s - cache_s) / speed.decode_empty_s;
    const auto read = static_cast<double>(step_read_bytes(outline, run.kv_type, 1, 0));
    too_many = std::max(too_many, static_cast<int64_t>((1 - share) * read));
  }
  if (too_many <= 0) return file_bytes;
  // Two bits a weight are the least there is, with their scales.
  constexpr double kLeastBits = 2.2;
  const auto embedding = static_cast<double>(outline.embedding.n_rows * outline.embedding.n_cols);
  const bool tied = outline.output.matrix.data == outline.embedding.data;
  const double n_weights = static_cast<double>(outline.matrix_weights) + (tied ? 1 : 2) * embedding;
  if (static_cast<double>(outline.weight_bytes - too_many) < n_weights * kLeastBits / 8) return std::nullopt;
  return file_bytes - too_many;
}

}  // namespace ondol
