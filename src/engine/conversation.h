// Conversation: a chat over one sequence of an engine.
//
// Only what is new is fed: keys and values of the earlier turns stay in the cache, and the tokens the model wrote are
// kept as it wrote them, not encoded again.  When a turn no longer fits, the oldest whole turns are forgotten; the
// system message stays.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate.h"
#include "prompt/chat_template.h"

namespace ondol {

struct Reply {
  Generated generated;
  int64_t n_reused_tokens = 0;  // of the context, already in the cache
  int64_t n_dropped_turns = 0;  // oldest turns (a question and its answer) forgotten to make room
};

// Owned by one thread.  Engine and template outlive it; the model of the engine has a tokenizer.
class Conversation {
 public:
  Conversation(Engine& engine, SequenceId sequence, const ChatTemplate& chat, std::string system);

  // Answers `user`.  Fails with kBadInput when the message does not fit an otherwise empty context, or as generate()
  // does; then, and when Ctrl-C came before the first token of the answer, the conversation is as it was before.
  Result<Reply> reply(std::string_view user, const GenerateOptions& options,
                      const std::function<void(std::string_view)>& on_text,
                      const std::function<void(int64_t, int64_t)>& on_prefill = nullptr);

  // Starts anew; the system message stays.
  void reset();
  // Starts anew under another system message; "" for none.
  void set_system(std::string system);

  int64_t n_turns() const { return std::ssize(turns_); }
  int64_t n_tokens() const { return std::ssize(tokens_); }

 private:
  struct Turn {
    std::string user, assistant;
  };
  std::vector<TokenId> encode_from_start(std::string_view user, size_t first_turn) const;

  Engine& engine_;
  SequenceId sequence_;
  const ChatTemplate& chat_;
  std::string system_;
  EdgeTokens edges_;
  std::vector<Turn> turns_;
  std::vector<TokenId> tokens_;  // all turns, as the model saw and wrote them; the last may not be in the cache yet
};

}  // namespace ondol
