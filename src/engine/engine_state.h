// What an Engine holds; seen by engine.cpp and scheduler.cpp only.
#pragma once

#include <optional>
#include <vector>

#include "engine/engine.h"
#include "engine/kv_cache.h"

namespace ondol {

struct Engine::State {
  const Model* model;
  ThreadPool* pool;
  EngineOptions options;   // nothing left open: context_length is the real one
  int64_t max_logit_rows;  // of one batch
  KvPagePool pages;
  Workspace work;
  Buffer logits;  // [max_logit_rows, vocab_size] f32

  struct Sequence {
    KvCache cache;
    std::vector<TokenId> tokens;  // [cache.length()]
  };
  std::vector<std::optional<Sequence>>
      sequences;  // [max_sequences], by SequenceId; gone before the pool they took from

  // The sequence must be open.
  Sequence& sequence(SequenceId id);
};

}  // namespace ondol
