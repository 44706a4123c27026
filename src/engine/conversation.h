// Conversation: a chat over one sequence of an engine.
//
// Each turn the model's template renders the whole conversation anew, as templates may change what they wrote before
// (they drop earlier thinking, for one).  Only what differs from the cache is fed; what the model wrote is kept in the
// tokens it wrote it in, where the template takes the text over.  When a turn no longer fits, the oldest whole turns
// are forgotten; the system message stays.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate.h"
#include "prompt/chat_template.h"
#include "prompt/prompt_encoder.h"
#include "prompt/thinking.h"

namespace ondol {

struct Reply {
  Generated generated;
  Answer answer;                // what was generated, thinking and tool calls kept apart
  int64_t n_dropped_turns = 0;  // oldest turns (a question and its answer) forgotten to make room
};

struct ConversationOptions {
  std::string system;     // system message, "" for none
  std::string tools;      // JSON list as in OpenAI's "tools", "" for none
  std::string variables;  // JSON object for the template, "" for none
};

// Owned by one thread.  Engine and template outlive it; the model of the engine has a tokenizer.
class Conversation {
 public:
  Conversation(Engine& engine, SequenceId sequence, const ChatTemplate& chat, ConversationOptions options);

  // Answers `user`; `on_piece` receives thinking and text as they come.  Fails with kBadInput when the template refuses
  // the conversation or the message does not fit an otherwise empty context, or as generate() does; then, and when
  // Ctrl-C came before the first token of the answer, the conversation is as it was before.
  Result<Reply> reply(std::string_view user, const GenerateOptions& options, const AnswerReader::OnPiece& on_piece,
                      const std::function<void(int64_t, int64_t)>& on_prefill = nullptr);

  // Starts anew; the system message stays.
  void reset();
  // Starts anew under another system message; "" for none.
  void set_system(std::string system);

  int64_t n_turns() const { return std::ssize(turns_); }
  int64_t n_tokens() const { return std::ssize(tokens_); }

 private:
  struct Turn {
    std::string user;
    ChatMessage assistant;
    std::vector<TokenId> tokens;  // of the answer, as generated
  };
  struct Prompt {
    std::vector<TokenId> tokens;
    std::string end;  // the text behind the newest message
  };
  Result<Prompt> encode(std::string_view user, size_t first_turn) const;

  // What an answer is held to: the format asked for, behind the model's thinking, or else its tools.
  Result<std::optional<AnswerFormat>> format_of(const GenerateOptions& options, const AnswerSyntax& syntax);

  Engine& engine_;
  SequenceId sequence_;
  const ChatTemplate& chat_;
  ConversationOptions options_;
  PromptEncoder encoder_;
  EdgeTokens edges_;
  std::tm began_;  // one date for the whole conversation: another would change what the model has read
  bool shows_control_tokens_;
  std::optional<AnswerFormat> tool_format_;
  std::vector<Turn> turns_;
  std::vector<TokenId> tokens_;  // all turns, as the model saw and wrote them; the last may not be in the cache yet
};

}  // namespace ondol
