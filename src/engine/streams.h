// Streams: many answers at once over one engine, requests coming and going (continuous batching).
//
// Each step decodes one token of every running stream and, in the same pass over the weights, a chunk of the prompts
// that wait to be read, in the order they came; PrefillPace sizes it so that nobody's answer stutters.  A request waits
// until all pages it can ever need are there, so none is thrown out halfway.  What a stream says does not depend on the
// others, bit for bit.  Source: Yu et al. 2022 (Orca), section 3; Agrawal et al. 2024 (Sarathi-Serve), section 4.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "engine/answer_stream.h"
#include "engine/engine.h"
#include "engine/prefill_pace.h"

namespace ondol {

enum class StreamId : int64_t {};

struct StreamRequest {
  std::vector<TokenId> prompt;  // empty: the model's BOS token
  GenerateOptions options{};
  OnText on_text = nullptr;    // may be null, and so may the others
  OnToken on_token = nullptr;  // where options.n_top_likelihoods asks for reports
  // Called once, with the answer (reason kInterrupted when it was cancelled; prefill_s counts from add()) or why there
  // is none.
  std::function<void(Result<Generated>)> on_end;
};

// Owned by one thread; not thread-safe.  The engine outlives it and is used by nobody else meanwhile.  Callbacks are
// made from step() only; they may call add() and cancel(), not step().
class Streams {
 public:
  // `clock_s`: seconds on a clock that never goes back.
  explicit Streams(Engine& engine, std::function<double()> clock_s = now_s);
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  // Queues a request.  Fails with kBadInput when it could never run: a token outside the vocabulary, a prompt longer
  // than the context.  on_end is not called then.
  Result<StreamId> add(StreamRequest request);
  // The stream computes nothing more and ends at the beginning of the next step.  False when it has ended already.
  bool cancel(StreamId id);

  // One pass over the model for whatever there is to do.  Fails with kInterrupted on Ctrl-C, or as Engine::step() does;
  // every running stream has ended then.
  Status step();

  bool idle() const { return streams_.empty(); }
  int64_t n_streams() const { return static_cast<int64_t>(streams_.size()); }  // waiting ones too

  struct StepSize {
    int64_t n_decoding = 0, n_prefill = 0;  // tokens
  };
  const StepSize& last_step() const { return last_step_; }

 private:
  struct Stream {
    StreamId id{};
    StreamRequest request{};
    double added_s = 0;
    double first_token_s = 0;
    bool cancelled = false;
    int64_t n_pages = 0;                   // counted in n_pages_, once it has a sequence
    std::optional<SequenceId> sequence{};  // none: waits in the queue
    std::optional<AnswerStream> answer{};
    std::optional<int64_t> n_cached{};  // once reading of the prompt has begun
    int64_t n_read = 0;                 // tokens of the prompt in the sequence
    std::optional<Error> error{};

    bool is_decoding() const { return n_read == std::ssize(request.prompt); }
  };

  int64_t pages_of(const StreamRequest& request) const;
  int64_t context_length() const;
  void admit();
  int64_t chunk_size(int64_t n_decoding) const;
  void gather(std::vector<Engine::Input>& inputs, std::vector<Stream*>& fed);
  void take(Stream& stream, const Engine::Rows& rows);
  void end(Stream& stream);
  void end_some(const std::function<bool(const Stream&)>& wanted);

  Engine& engine_;
  std::function<double()> clock_s_;
  PrefillPace pace_;
  std::list<Stream> streams_;  // in the order they came
  int64_t next_id_ = 0;
  int64_t n_pages_ = 0;  // that the running streams may need
  StepSize last_step_;
};

}  // namespace ondol
