#include "measure/memory_plan.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/memory.h"
#include "tokenizer/tokenizer_memory.h"

namespace ondol {
namespace {

// Of a run of a model of a few kilobytes: the program's pages and those of its libraries, the heap, one thread.
// Measured, release build, x86-64.
constexpr int64_t kProcessBytes = 8 << 20;
constexpr int64_t kThreadBytes = 128 << 10;  // stack and heap arena of each further thread
constexpr int64_t kLoadBytes = 4 << 20;      // of the file, beside its copy, while a model is loaded
constexpr int64_t kTensorBytes = 512;        // names and views of one tensor
constexpr int64_t kFaultBytes = 64 << 10;    // of a mapped file that one access brings in (Linux, fault_around_bytes)

// Rows of an embedding that is not the head come one by one: each brings in its panel and what lies around it.
int64_t mapped_bytes(const Model& outline, int64_t n_positions) {
  if (outline.mapped_bytes == 0 || outline.output.matrix.data == outline.embedding.data) return outline.mapped_bytes;
  const WeightView& embedding = outline.embedding;
  const int64_t panel = round_up(panel_bytes(embedding.dtype, embedding.n_cols), kFaultBytes) + kFaultBytes;
  const int64_t unread = std::max<int64_t>(0, embedding.size_bytes() - n_positions * panel);
  return std::max<int64_t>(0, outline.mapped_bytes - unread);
}

}  // namespace

int64_t memory_tolerance(int64_t peak_bytes) { return std::max<int64_t>(8 << 20, peak_bytes * 3 / 100); }

int64_t MemoryPlan::peak_bytes() const {
  return process_bytes + vocabulary_bytes + weight_bytes + mapped_bytes + std::max(engine.total_bytes(), kLoadBytes);
}

int64_t MemoryPlan::needed_bytes() const {
  const int64_t spare = std::max<int64_t>(0, engine.asked_bytes - engine.total_bytes());
  return peak_bytes() + spare + memory_tolerance(peak_bytes());
}

Result<MemoryPlan> plan_memory(const Checkpoint& checkpoint, const Model& outline, const PlannedRun& run) {
  const int64_t n_positions = run.n_prompt + run.n_predict;
  MemoryPlan plan{.process_bytes = kProcessBytes + (run.n_threads - 1) * kThreadBytes,
                  .vocabulary_bytes = checkpoint.metadata.heap_bytes() + tokenizer_heap_bytes(checkpoint.metadata) +
                                      std::ssize(checkpoint.tensors) * kTensorBytes,
                  .weight_bytes = round_up(outline.arena_bytes, Buffer::granule_bytes(outline.arena_bytes)),
                  .mapped_bytes = mapped_bytes(outline, n_positions)};
  const EngineOptions options{.context_length = run.context_length, .kv_type = run.kv_type};
  TRY(plan.engine, Engine::memory(outline, run.n_threads, options, run.n_prompt, n_positions));
  return plan;
}

}  // namespace ondol
