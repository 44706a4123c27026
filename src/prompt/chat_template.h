// Chat template: messages -> the text a model was trained on.
//
// The families' templates are data (chat_template.cpp).  A model file brings its own as a Jinja program; here it is
// recognised by the control tokens it writes.  The frame around a message may hold control tokens, the message itself
// never does: it is given back as a piece of its own, and encode_prompt() reads no token out of it, so nobody can type
// the end of their own turn.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

enum class Role { kSystem, kUser, kAssistant };

struct ChatMessage {
  Role role;
  std::string text;
};

// A stretch of prompt: one control token, or plain text.
struct PromptPiece {
  std::string text;
  bool special = false;
  bool operator==(const PromptPiece&) const = default;
};

struct ChatTemplate;  // one row of the table in chat_template.cpp

// The template of that name, or null.
const ChatTemplate* find_chat_template(std::string_view name);
// All names, comma-separated, for help and errors.
std::string chat_template_names();
std::string_view name_of(const ChatTemplate& chat);

// The template a model's `tokenizer.chat_template` is an instance of.  Fails with kUnsupported when no family writes
// these control tokens.
Result<const ChatTemplate*> recognize_chat_template(std::string_view jinja);

// What stands at the beginning and end of text for this vocabulary; "" where it has none.
struct EdgeTokens {
  std::string bos, eos;
};
EdgeTokens edge_tokens(const Tokenizer& tokenizer);

// The whole conversation.  With `ask`, followed by the opening of the assistant's next turn.  A system message stands
// first or nowhere; where the family has no place for it, it leads the first user message.
std::vector<PromptPiece> render_chat(const ChatTemplate& chat, std::span<const ChatMessage> messages, bool ask,
                                     const EdgeTokens& edges);

// What follows an answer that the model has already seen itself write: the end of its turn, the next user message and
// the opening of the next answer.
std::vector<PromptPiece> render_next_turn(const ChatTemplate& chat, std::string_view user, const EdgeTokens& edges);

// Token ids of a rendered prompt.  Neighbouring plain pieces are encoded as one text; a control token the vocabulary
// lacks is plain text too.  Adds the BOS token when the vocabulary wants one and the prompt does not begin with it.
std::vector<TokenId> encode_prompt(const Tokenizer& tokenizer, std::span<const PromptPiece> pieces, bool at_start);

}  // namespace ondol
