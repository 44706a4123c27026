// Streams: many answers at once over one engine, requests coming and going (continuous batching).
//
// Each step decodes one token of every running stream and, in the same pass over the weights, a chunk of the prompts
// that wait to be read; PrefillPace sizes it so that nobody's answer stutters.  Half of a chunk goes to the prompt that
// came first, so that each is read in the end, and the rest to those with least left, so that a short one does not wait
// for a long one.  A request waits until all pages it can ever need are there, so none is thrown out halfway; smaller
// ones may overtake it a few times.  What a stream says does not depend on the others, bit for bit.
// Source: Yu et al. 2022 (Orca), section 3; Agrawal et al. 2024 (Sarathi-Serve), section 4.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <utility>
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
  // Called with (0, n_all) when reading of the prompt begins and after each piece of it: tokens done and in all of
  // those that are computed.  What lacks to the prompt's length was cached.
  std::function<void(int64_t n_done, int64_t n_all)> on_prefill = nullptr;
  std::vector<float> adapter_scales{};  // as Engine::set_adapter_scales() takes them
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
  // than the context, scales of other adapters than there are.  on_end is not called then.
  Result<StreamId> add(StreamRequest request);
  // The stream computes nothing more and ends at the beginning of the next step, which is a token or some 100 ms of
  // reading prompts away.  False when it has ended already.
  bool cancel(StreamId id);

  // One pass over the model for whatever there is to do, and some pages of ended streams' texts for the engine's prompt
  // cache, where it has one: one, or as many as take a small part of the step's time.  Fails with kInterrupted on
  // Ctrl-C, or as Engine::step() does; every running stream has ended then.
  Status step();

  // From now on prompts are read in steps as long as the engine takes where nothing is decoded, for those who neither
  // cancel nor add later: faster by a quarter, but such a step may take seconds.
  void read_in_whole_steps() { reads_in_whole_steps_ = true; }

  // Whether step() would do nothing.
  bool idle() const { return streams_.empty() && !engine_.has_unsaved(); }
  int64_t n_streams() const { return static_cast<int64_t>(streams_.size()); }  // waiting ones too

  struct Info {
    StreamId id;
    bool waits;                             // for a sequence
    int64_t n_prompt, n_read, n_generated;  // tokens
  };
  // In the order they came.
  std::vector<Info> infos() const;

  struct StepSize {
    int64_t n_decoding = 0, n_prefill = 0;  // tokens
  };
  const StepSize& last_step() const { return last_step_; }

  // Why some text could not be written to the prompt cache since this was last asked; streams do not suffer from it.
  std::optional<Error> take_save_error() { return std::exchange(save_error_, std::nullopt); }

 private:
  struct Stream {
    StreamId id{};
    StreamRequest request{};
    double added_s = 0;
    double first_token_s = 0;
    bool cancelled = false;
    int64_t n_overtaken = 0;               // how often others were let in before it
    int64_t n_pages = 0;                   // counted in n_pages_, once it has a sequence
    std::optional<SequenceId> sequence{};  // none: waits in the queue
    std::optional<AnswerStream> answer{};
    std::optional<int64_t> n_cached{};  // once reading of the prompt has begun
    // Tokens of the prompt in the sequence; until reading has begun, those that will probably be there at once.
    int64_t n_read = 0;
    int64_t n_fed = 0;  // tokens of the prompt in this step
    std::optional<Error> error{};

    bool is_decoding() const { return n_read == n_prompt(); }
    bool is_reading() const { return sequence && !is_decoding(); }
    bool has_begun() const { return n_cached.has_value(); }
    int64_t n_prompt() const { return std::ssize(request.prompt); }
    int64_t n_left() const { return n_prompt() - n_read - n_fed; }
  };

  int64_t pages_of(const StreamRequest& request) const;
  int64_t context_length() const;
  void admit();
  int64_t chunk_size(int64_t n_decoding) const;
  Stream& reader_for(Stream& stream);
  void begin(Stream& stream);
  void share_chunk(int64_t n_tokens);
  void gather(std::vector<Engine::Input>& inputs, std::vector<Stream*>& fed);
  void advance(Stream& stream);
  void take(Stream& stream, const Engine::Rows& rows);
  Status run_pass();
  void end(Stream& stream);
  void end_some(const std::function<bool(const Stream&)>& wanted);
  void save_some(double seconds);

  Engine& engine_;
  std::function<double()> clock_s_;
  PrefillPace pace_;
  std::list<Stream> streams_;  // in the order they came
  int64_t next_id_ = 0;
  int64_t n_pages_ = 0;  // that the running streams may need
  StepSize last_step_;
  bool reads_in_whole_steps_ = false;
  bool favours_first_ = false;  // where a chunk cannot be halved
  std::optional<Error> save_error_;
};

}  // namespace ondol
