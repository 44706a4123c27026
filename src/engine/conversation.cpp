#include "engine/conversation.h"

#include <algorithm>
#include <utility>

#include "engine/engine_messages.h"

namespace ondol {
namespace {

// Room an answer gets before a turn counts as not fitting: enough for a paragraph, but at most a quarter of the
// context.
constexpr int64_t kAnswerTokens = 256;

int64_t answer_room(const GenerateOptions& options, int64_t context_length) {
  const int64_t wanted = options.max_tokens >= 0 ? std::min(options.max_tokens, kAnswerTokens) : kAnswerTokens;
  return std::min(wanted, context_length / 4);
}

}  // namespace

Conversation::Conversation(Engine& engine, SequenceId sequence, const ChatTemplate& chat, std::string system)
    : engine_(engine),
      sequence_(sequence),
      chat_(chat),
      system_(std::move(system)),
      edges_(edge_tokens(*engine.model().tokenizer)) {}

std::vector<TokenId> Conversation::encode_from_start(std::string_view user, size_t first_turn) const {
  std::vector<ChatMessage> messages;
  if (!system_.empty()) messages.push_back({Role::kSystem, system_});
  for (size_t i = first_turn; i < turns_.size(); ++i) {
    messages.push_back({Role::kUser, turns_[i].user});
    messages.push_back({Role::kAssistant, turns_[i].assistant});
  }
  messages.push_back({Role::kUser, std::string(user)});
  return encode_prompt(*engine_.model().tokenizer, render_chat(chat_, messages, true, edges_), true);
}

Result<Reply> Conversation::reply(std::string_view user, const GenerateOptions& options,
                                  const std::function<void(std::string_view)>& on_text,
                                  const std::function<void(int64_t, int64_t)>& on_prefill) {
  const int64_t context = engine_.context_length();
  const int64_t longest = context - answer_room(options, context);
  const auto fits = [&](const std::vector<TokenId>& tokens) { return std::ssize(tokens) <= longest; };

  // The whole context as it should be when the model begins to answer.
  std::vector<TokenId> wanted;
  if (turns_.empty()) {
    wanted = encode_from_start(user, 0);
  } else {
    wanted = tokens_;
    const auto next = encode_prompt(*engine_.model().tokenizer, render_next_turn(chat_, user, edges_), false);
    wanted.insert(wanted.end(), next.begin(), next.end());
  }
  size_t n_dropped = 0;
  while (!fits(wanted) && n_dropped < turns_.size()) wanted = encode_from_start(user, ++n_dropped);
  if (std::ssize(wanted) > context) { return fail(ErrorKind::kBadInput, msg::kContextFull, wanted.size(), context, 0); }

  // What the cache holds of it already; at least one token is fed, so that there are logits.
  const auto differs = std::mismatch(wanted.begin(), wanted.end(), tokens_.begin(), tokens_.end()).first;
  const int64_t same = std::min<int64_t>(differs - wanted.begin(), engine_.length(sequence_));
  const int64_t n_reused = std::min<int64_t>(same, std::ssize(wanted) - 1);
  engine_.truncate(sequence_, n_reused);
  const std::span<const TokenId> fed = std::span(wanted).subspan(static_cast<size_t>(n_reused));
  auto generated = generate(engine_, sequence_, fed, options, on_text, on_prefill);

  const bool nothing_said =
      !generated || (generated->reason == FinishReason::kInterrupted && generated->tokens.empty());
  if (nothing_said) {
    // Forget the question; what stays in the cache is the part both contexts share.
    engine_.truncate(sequence_, std::min(engine_.length(sequence_), same));
    if (!generated) return tl::make_unexpected(std::move(generated.error()));
    return Reply{std::move(*generated), n_reused, 0};
  }
  turns_.erase(turns_.begin(), turns_.begin() + static_cast<std::ptrdiff_t>(n_dropped));
  turns_.push_back({std::string(user), generated->text});
  tokens_ = std::move(wanted);
  tokens_.insert(tokens_.end(), generated->tokens.begin(), generated->tokens.end());
  return Reply{std::move(*generated), n_reused, static_cast<int64_t>(n_dropped)};
}

void Conversation::reset() {
  turns_.clear();
  tokens_.clear();
  engine_.truncate(sequence_, 0);
}

void Conversation::set_system(std::string system) {
  system_ = std::move(system);
  reset();
}

}  // namespace ondol
