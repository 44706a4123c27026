// How much memory running a model will take, told from its header.
//
// Every part comes from the function that its owner allocates by: the weights from the loader's outline of the model,
// cache and buffers from Engine::memory().
#pragma once

#include "engine/engine.h"
#include "format/checkpoint.h"

namespace ondol {

// One sequence: a prompt is read, then tokens are generated.
struct PlannedRun {
  int64_t context_length = 0;
  KvType kv_type = KvType::kF16;
  int n_threads = 1;
  int64_t n_prompt = 0;
  int64_t n_predict = 0;  // n_prompt + n_predict <= context_length
};

// Resident memory of the process, part by part.
struct MemoryPlan {
  int64_t process_bytes = 0;     // program, libraries, threads
  int64_t vocabulary_bytes = 0;  // metadata and tokenizer
  int64_t weight_bytes = 0;      // copied into memory: repacked matrices and numbers
  int64_t mapped_bytes = 0;      // read where the file has them; the system may take these back
  EngineMemory engine{};

  int64_t peak_bytes() const;
  // The least memory a device must have for this run, all to itself: the peak, what the engine asks for without writing
  // to it, and what a prediction may be off.
  int64_t needed_bytes() const;
};

// What a prediction of `peak_bytes` may be off: 3 % or 8 MiB, whichever is more.
int64_t memory_tolerance(int64_t peak_bytes);

// `outline` is outline_model(checkpoint).  Fails as Engine::memory() does.
Result<MemoryPlan> plan_memory(const Checkpoint& checkpoint, const Model& outline, const PlannedRun& run);

}  // namespace ondol
