#include "engine/conversation.h"

#include <algorithm>
#include <utility>

#include "engine/answer_format.h"
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

Conversation::Conversation(Engine& engine, SequenceId sequence, const ChatTemplate& chat, ConversationOptions options)
    : engine_(engine),
      sequence_(sequence),
      chat_(chat),
      options_(std::move(options)),
      encoder_(*engine.model().tokenizer),
      edges_(edge_tokens(*engine.model().tokenizer)),
      began_(time_now()),
      shows_control_tokens_(marks_are_control_tokens(
          recognize_answer_syntax(chat.source(), "", !options_.tools.empty()), *engine.model().tokenizer)) {}

Result<Conversation::Prompt> Conversation::encode(std::string_view user, size_t first_turn) const {
  std::vector<ChatMessage> messages;
  if (!options_.system.empty()) messages.push_back({Role::kSystem, options_.system});
  const size_t n_before = messages.size();
  for (size_t i = first_turn; i < turns_.size(); ++i) {
    messages.push_back({Role::kUser, turns_[i].user});
    messages.push_back(turns_[i].assistant);
  }
  messages.push_back({Role::kUser, std::string(user)});
  TRY(const std::vector<PromptPiece> pieces, chat_.render({.messages = messages,
                                                           .edges = edges_,
                                                           .tools = options_.tools,
                                                           .variables = options_.variables,
                                                           .now = began_}));
  Prompt prompt;
  prompt.tokens = encoder_.encode(pieces, [&](const PromptPiece& piece) -> std::span<const TokenId> {
    const int64_t turn = (piece.message - static_cast<int64_t>(n_before)) / 2;
    const bool is_answer = piece.message >= 0 && messages[static_cast<size_t>(piece.message)].role == Role::kAssistant;
    if (!is_answer) return {};
    const std::vector<TokenId>& written = turns_[first_turn + static_cast<size_t>(turn)].tokens;
    return tokens_of_text(*engine_.model().tokenizer, written, piece.text, shows_control_tokens_);
  });
  if (!pieces.empty() && pieces.back().from_template) prompt.end = pieces.back().text;
  return prompt;
}

Result<std::optional<AnswerFormat>> Conversation::format_of(const GenerateOptions& options,
                                                            const AnswerSyntax& syntax) {
  const Tokenizer& tokenizer = *engine_.model().tokenizer;
  if (options.format != nullptr) return behind_thinking(*options.format, syntax, tokenizer);
  if (options_.tools.empty() || syntax.tool_calls == nullptr) return std::nullopt;
  if (!tool_format_) {
    TRY(const std::vector<ToolDefinition> tools, read_tool_definitions(options_.tools));
    TRY(tool_format_, tool_call_format(*syntax.tool_calls, tools, tokenizer));
  }
  return tool_format_;
}

Result<Reply> Conversation::reply(std::string_view user, const GenerateOptions& options,
                                  const AnswerReader::OnPiece& on_piece,
                                  const std::function<void(int64_t, int64_t)>& on_prefill) {
  const int64_t context = engine_.context_length();
  const int64_t longest = context - answer_room(options, context);

  // The whole context as it should be when the model begins to answer.
  size_t n_dropped = 0;
  TRY(Prompt wanted, encode(user, 0));
  while (std::ssize(wanted.tokens) > longest && n_dropped < turns_.size()) { TRY(wanted, encode(user, ++n_dropped)); }
  if (std::ssize(wanted.tokens) > context) {
    return fail(ErrorKind::kBadInput, msg::kContextFull, wanted.tokens.size(), context, 0);
  }

  std::vector<TokenId>& prompt = wanted.tokens;
  const auto differs = std::mismatch(prompt.begin(), prompt.end(), tokens_.begin(), tokens_.end()).first;
  const int64_t same = differs - prompt.begin();
  const AnswerSyntax syntax = recognize_answer_syntax(chat_.source(), wanted.end, !options_.tools.empty());
  AnswerReader reader(syntax, on_piece);
  GenerateOptions shown = options;
  TRY(const std::optional<AnswerFormat> format, format_of(options, syntax));
  shown.format = format ? &*format : nullptr;
  shown.special = shown.special || shows_control_tokens_;
  auto generated = generate(
      engine_, sequence_, prompt, shown, [&](std::string_view text) { reader.push(text); }, on_prefill);

  const bool nothing_said =
      !generated || (generated->reason == FinishReason::kInterrupted && generated->tokens.empty());
  if (nothing_said) {
    // Forget the question; what stays in the cache is the part both contexts share.
    engine_.truncate(sequence_, std::min(engine_.length(sequence_), same));
    if (!generated) return tl::make_unexpected(std::move(generated.error()));
    return Reply{std::move(*generated), {}};
  }
  Answer answer = reader.finish();
  turns_.erase(turns_.begin(), turns_.begin() + static_cast<std::ptrdiff_t>(n_dropped));
  turns_.push_back(
      {std::string(user),
       {.role = Role::kAssistant, .text = answer.text, .thinking = answer.thinking, .tool_calls = answer.tool_calls},
       generated->tokens});
  tokens_ = std::move(prompt);
  tokens_.insert(tokens_.end(), generated->tokens.begin(), generated->tokens.end());
  return Reply{std::move(*generated), std::move(answer), static_cast<int64_t>(n_dropped)};
}

void Conversation::reset() {
  turns_.clear();
  tokens_.clear();
  engine_.truncate(sequence_, 0);
}

void Conversation::set_system(std::string system) {
  options_.system = std::move(system);
  reset();
}

}  // namespace ondol
