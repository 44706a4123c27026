// Embedder: texts to vectors, from the last hidden states of a decoder or an encoder.
//
// Texts are read in the order they came, several short ones in one pass over the weights, and no step reads more than
// max_step_tokens of them: whoever shares the machine waits for one step only.  A decoder's long text is read over
// several steps; an encoder's, whose tokens all see each other, in one.  A vector does not depend on company, bit for
// bit (kernel/kernels.h, the contract).   Source of the poolings: Reimers and Gurevych 2019 (Sentence-BERT), section 3.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"
#include "model/model.h"

namespace ondol {

// Which of a text's hidden states become its vector.
enum class Pooling {
  kMean,  // the mean of all
  kCls,   // the first token's
  kLast,  // the last token's
};

struct EmbedderOptions {
  std::optional<Pooling> pooling{};  // none: what the file says (<arch>.pooling_type), else the mean
  // Vectors of length one.  None: what the file says (ondol.embedding.normalises), else yes.
  std::optional<bool> normalises{};
  // Tokens of a text at most.  0: default_context_length(), or less where the file says so (.longest_text).
  int64_t context_length = 0;
  bool truncates = false;         // encode() cuts the end off longer texts
  int64_t max_step_tokens = 512;  // an encoder's longer text has a step of its own
  // Of a decoder, q4_0 taken as f16: it saves over long contexts only.  An encoder's is f32, for one layer at a time.
  KvType kv_type = KvType::kF16;
  const Kernels* kernel = nullptr;  // what computes; null: kernels()
};

enum class EmbeddingId : int64_t {};

// Owned by one thread; not thread-safe but for encode().  The model and the pool outlive it.
class Embedder {
 public:
  // Fails with kBadInput (a context longer than the model's), kUnsupported (a file whose pooling_type ranks texts),
  // kCorruptFile (another one that is unknown) or kOutOfMemory, before allocating.
  static Result<std::unique_ptr<Embedder>> create(const Model& model, ThreadPool& pool, const EmbedderOptions& options);
  // Bytes create() would allocate.  Fails as it does, but not for want of memory.
  static Result<int64_t> size_bytes(const Model& model, int n_threads, const EmbedderOptions& options);

  // The text's ids, with what the model was trained to see around it; where options.truncates, the first
  // context_length() of them, the token that ends a text kept.  The model must have a tokenizer.  Any thread.
  std::vector<TokenId> encode(std::string_view text) const;

  // Queues a text.  Fails with kBadInput: no tokens, more than context_length(), one outside the vocabulary.
  Result<EmbeddingId> add(std::vector<TokenId> text);
  // Forgets a text, if it has not been read yet.
  void cancel(EmbeddingId id);
  // Reads some of what waits and calls `done` for each text whose last token was read, in the order of add(), with its
  // vector [size()].  `done` may call add() and cancel(), not step().  Fails with kIo when a file that the model is
  // mapped from shrank; every text is forgotten then.
  using OnDone = std::function<void(EmbeddingId id, std::vector<float> vector)>;
  Status step(const OnDone& done);
  bool idle() const;

  // The vectors of all texts, in order; nothing may wait.  Fails as add(), before reading any, or as step(), or with
  // kInterrupted on Ctrl-C between steps; nothing waits then.
  Result<std::vector<std::vector<float>>> embed(std::span<const std::vector<TokenId>> texts);

  int64_t size() const;  // numbers of a vector
  int64_t context_length() const;
  Pooling pooling() const;
  bool normalises() const;
  ~Embedder();

 private:
  struct State;
  explicit Embedder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Scales `vector` to length one; zeros stay zeros.
void scale_to_length_one(std::span<float> vector);

}  // namespace ondol
