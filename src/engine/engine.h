// Engine: sequences, their KV cache pages, and steps over several of them at once.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "model/forward.h"

namespace ondol {

enum class SequenceId : int32_t {};

struct EngineOptions {
  int64_t context_length = 0;  // per sequence; 0: default_context_length()
  KvType kv_type = KvType::kF16;
  int max_sequences = 1;
  int64_t max_positions = 0;            // of all sequences together; 0: context_length for each
  int64_t max_step_tokens = 512;        // a longer prompt is fed in pieces of this size
  const Kernels* kernel = nullptr;      // what computes; null: kernels()
  ProductObserver* observer = nullptr;  // sees what is multiplied; null: nobody.  Outlives the engine
  std::string prompt_cache{};           // a folder where texts are kept for later processes, made when absent; "": none
  int64_t prompt_cache_bytes = 1 << 30;  // the folder's limit
};

// The model's context length, at most 4096.
int64_t default_context_length(const Model& model);

// Fails with kBadInput unless there are none or as many as the model has adapters, all of them finite.
Status check_adapter_scales(const Model& model, std::span<const float> scales);

// Memory of an engine with one sequence, as far as it has been written.
struct EngineMemory {
  int64_t cache_bytes = 0;   // keys and values
  int64_t work_bytes = 0;    // of a step
  int64_t logits_bytes = 0;  // of one row
  int64_t asked_bytes = 0;   // that create() wants to find free, written or not

  int64_t total_bytes() const { return cache_bytes + work_bytes + logits_bytes; }
};

// Owned by one thread; not thread-safe.  The model and the pool outlive it.
class Engine {
 public:
  // Fails with kBadInput (a context longer than the model's, or too short for the KV type to matter), kUnsupported (an
  // encoder) or kOutOfMemory, before allocating, or as PrefixFolder::open() does.
  static Result<std::unique_ptr<Engine>> create(const Model& model, ThreadPool& pool, const EngineOptions& options);

  // Bytes create() would allocate: pages of all sequences and the workspace.
  static Result<int64_t> size_bytes(const Model& model, int n_threads, const EngineOptions& options);

  // What an engine takes once one sequence was fed a prompt of `n_prompt` tokens and then one by one up to
  // `n_positions`.  `model` may be an outline.  Fails as create() does, but not for want of memory.
  static Result<EngineMemory> memory(const Model& model, int n_threads, const EngineOptions& options, int64_t n_prompt,
                                     int64_t n_positions);

  // An empty sequence.  Fails with kRefused when max_sequences are open.
  Result<SequenceId> open();
  // Its pages are remembered for reuse() until their room is needed.
  void close(SequenceId sequence);

  // Empties the sequence, which from now on computes with these scales of the model's adapters, one for each; without
  // any, as when it was opened, with those they were given.  Fails with kBadInput as check_adapter_scales() does.
  Status set_adapter_scales(SequenceId sequence, std::span<const float> scales);

  int64_t length(SequenceId sequence) const;  // positions filled
  int64_t context_length() const;
  int64_t max_step_tokens() const;
  int64_t max_positions() const;  // of all sequences together, in whole pages
  // Rows of logits that one pass over the weights gives at most; a step that wants more takes several passes.
  int64_t max_logit_rows() const;
  // Forgets positions from `length` on.  Returns what is left: `length`, or less where the KV type cannot go on from
  // there exactly (model/kv_cache_view.h); what was forgotten too much is to be fed again.
  int64_t truncate(SequenceId sequence, int64_t length);
  // How many tokens may be added and each of them forgotten again exactly.
  int64_t max_revocable(SequenceId sequence) const;
  // Makes the sequence hold as long a beginning of `tokens`, without the last one, as can be had without computing, and
  // nothing else.  Returns its length; what is left is to be fed.
  int64_t reuse(SequenceId sequence, std::span<const TokenId> tokens);
  // Lets other sequences reuse() the full pages this one has so far; close() and reuse() do so by themselves.
  void remember(SequenceId sequence);
  // How many of `tokens` reuse() would find in memory at least.
  int64_t n_reusable(SequenceId sequence, std::span<const TokenId> tokens);
  // Writes what the sequence holds to the prompt cache, so that reuse() finds it in another process.  Nothing without
  // one.  Fails with kIo (what was written before stays) or kInterrupted.
  Status save(SequenceId sequence);
  // Lets save_some() write what the sequence, which is to be closed, holds: as much of it as is still remembered then.
  // Nothing without a prompt cache; where too many texts wait, the oldest is passed over.
  void save_later(SequenceId sequence);
  bool has_unsaved() const;
  // Writes pages of texts put off by save_later() for some `seconds`, at least one page.  Fails as save() does; the
  // text is given up then.
  Status save_some(double seconds);
  // Files of the prompt cache that could not be used: damaged, or not what they are named.
  int64_t n_refused_files() const;

  // Tokens to add to one sequence in a step.
  struct Input {
    SequenceId sequence;
    std::span<const TokenId> tokens;
    bool all_logits = false;  // a row for every token, else for the last one only
    LogitUse use = {};        // of each row; what is not looked at may be anything
    bool wants_rows = true;   // else there is none
  };
  struct Rows {
    size_t input;
    int64_t first_token;
    int64_t n_rows;
    const float* logits;  // [n_rows, vocab_size]
  };
  // Adds the tokens of every input, each of another sequence, and calls `rows` with the logits, inputs in order, in
  // pieces as they are computed: row i belongs to token `first_token` + i of input `input`.  Logits are valid during
  // the call only.  After each piece `progress`, if given, receives the tokens done of all inputs together.
  //   Fails with kBadInput when a token id is out of range or the context is full, or kRefused when max_positions are
  //   taken (nothing is added then), or kInterrupted on Ctrl-C between pieces (the pieces done stay).
  Status step(std::span<const Input> inputs, const std::function<void(const Rows&)>& rows,
              const std::function<void(int64_t n_done)>& progress = nullptr);

  const Model& model() const;
  ~Engine();

  struct State;  // engine_state.h

 private:
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ondol
