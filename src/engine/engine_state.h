// What an Engine holds; seen by engine.cpp and scheduler.cpp only.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "engine/engine.h"
#include "engine/kv_cache.h"
#include "engine/prefix_cache.h"
#include "engine/prefix_folder.h"

namespace ondol {

struct Engine::State {
  const Model* model;
  ThreadPool* pool;
  EngineOptions options;   // nothing left open: context_length is the real one
  int64_t max_logit_rows;  // of one batch
  KvPagePool pages;
  KvPagePool recent_pages;  // of f16, for the newest blocks of q4_0; else empty
  Workspace work;
  Buffer logits;  // [max_logit_rows, vocab_size] f32

  struct Sequence {
    KvCache cache;
    std::vector<TokenId> tokens;        // [cache.length()]
    std::vector<float> adapter_scales;  // of each adapter of the model
  };
  // In this order: sequences let go of their pages before what they took them from is gone.
  PrefixCache prefixes{pages};
  std::vector<std::optional<Sequence>> sequences{};  // [max_sequences], by SequenceId
  std::optional<PrefixFolder> folder{};              // where pages outlive the process

  // A text that is to be written to the folder.
  struct Unsaved {
    std::vector<TokenId> tokens;
    std::vector<float> adapter_scales;
    size_t n_pages;  // still to be written, the last first
  };
  std::deque<Unsaved> unsaved{};

  bool keeps_recent() const { return options.kv_type == KvType::kQ4_0; }
  // The sequence must be open.
  Sequence& sequence(SequenceId id);
  // The pages of `cache` that are all a text needs to go on behind them.
  std::span<uint8_t*> reusable_pages(KvCache& cache) const;
  // Pages that no sequence is counted for; a page counts for each that holds it, so there are at least as many that are
  // free or held by `prefixes` alone.
  int64_t n_pages_left() const;
  // The folder's names of what stands before each of the first `n_pages` pages of a text, and behind them.
  std::vector<Digest> names_before(std::span<const float> adapter_scales, std::span<const TokenId> tokens,
                                   size_t n_pages) const;
  // Writes the text's last page that has to be, if it is still remembered.
  Status save_page(Unsaved& text);
  // Gives up remembered pages until `n`, at most n_pages_left(), are free.
  void make_room(int64_t n);
};

}  // namespace ondol
