#include "prompt/chat_template.h"

#include <algorithm>

#include "prompt/prompt_messages.h"

namespace ondol {

// One family.  In its frames "{bos}" and "{eos}" stand for the vocabulary's own tokens, and every text listed in
// `specials` is one control token.
struct ChatTemplate {
  std::string_view name;
  // What this family's Jinja program contains and those below it in the table do not.
  std::vector<std::string_view> markers;
  std::vector<std::string_view> specials;
  std::string_view begin;
  std::string_view system_before, system_after;
  std::string_view user_before, user_after;
  std::string_view assistant_before, assistant_after;
  std::string_view ask;         // opens the turn the model is to write
  bool system_in_user = false;  // the system text and its frame stand inside the first user turn
  bool system_always = false;   // the system frame is written around nothing, too
  bool trims = false;           // messages lose the white space around them
};

namespace {

// Sources: `chat_template` in the tokenizer_config.json each family publishes.  tools/reference/template_goldens.py
// renders those with Jinja, and chat_template_test.cpp compares.
const std::vector<ChatTemplate>& families() {
  static const std::vector<ChatTemplate> table = {
      // OpenAI's ChatML: Qwen, SmolLM2, HyperCLOVA X SEED and Ondol's own models.
      {.name = "chatml",
       .markers = {"<|im_start|>"},
       .specials = {"<|im_start|>", "<|im_end|>"},
       .system_before = "<|im_start|>system\n",
       .system_after = "<|im_end|>\n",
       .user_before = "<|im_start|>user\n",
       .user_after = "<|im_end|>\n",
       .assistant_before = "<|im_start|>assistant\n",
       .assistant_after = "<|im_end|>\n",
       .ask = "<|im_start|>assistant\n"},
      // Llama 3.1 to 3.3: the system turn always carries two dates.  The second is the template's own default; today's
      // date would change answers from day to day.
      {.name = "llama3.1",
       .markers = {"<|start_header_id|>", "Cutting Knowledge Date"},
       .specials = {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"},
       .begin = "{bos}",
       .system_before = "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
                        "Today Date: 26 Jul 2024\n\n",
       .system_after = "<|eot_id|>",
       .user_before = "<|start_header_id|>user<|end_header_id|>\n\n",
       .user_after = "<|eot_id|>",
       .assistant_before = "<|start_header_id|>assistant<|end_header_id|>\n\n",
       .assistant_after = "<|eot_id|>",
       .ask = "<|start_header_id|>assistant<|end_header_id|>\n\n",
       .system_always = true,
       .trims = true},
      // Llama 3, and Korean models on its vocabulary.
      {.name = "llama3",
       .markers = {"<|start_header_id|>"},
       .specials = {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"},
       .begin = "{bos}",
       .system_before = "<|start_header_id|>system<|end_header_id|>\n\n",
       .system_after = "<|eot_id|>",
       .user_before = "<|start_header_id|>user<|end_header_id|>\n\n",
       .user_after = "<|eot_id|>",
       .assistant_before = "<|start_header_id|>assistant<|end_header_id|>\n\n",
       .assistant_after = "<|eot_id|>",
       .ask = "<|start_header_id|>assistant<|end_header_id|>\n\n",
       .trims = true},
      {.name = "llama2",
       .markers = {"<<SYS>>"},
       .system_before = "<<SYS>>\n",
       .system_after = "\n<</SYS>>\n\n",
       .user_before = "{bos}[INST] ",
       .user_after = " [/INST]",
       .assistant_before = " ",
       .assistant_after = " {eos}",
       .system_in_user = true,
       .trims = true},
      // Mistral from Small 2501 on.
      {.name = "mistral-v7",
       .markers = {"[SYSTEM_PROMPT]", "[INST]"},
       .specials = {"[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[INST]", "[/INST]"},
       .begin = "{bos}",
       .system_before = "[SYSTEM_PROMPT]",
       .system_after = "[/SYSTEM_PROMPT]",
       .user_before = "[INST]",
       .user_after = "[/INST]",
       .assistant_after = "{eos}"},
      // Mistral 7B.
      {.name = "mistral",
       .markers = {"[INST] "},
       .specials = {"[INST]", "[/INST]"},
       .begin = "{bos}",
       .system_after = "\n\n",
       .user_before = "[INST] ",
       .user_after = " [/INST]",
       .assistant_after = "{eos}",
       .system_in_user = true},
      // Mistral Nemo: no spaces.  Its own template moves the system text to the newest user turn each time, which would
      // change what the model has already read; here it stays in the first.
      {.name = "mistral-nemo",
       .markers = {"[INST]"},
       .specials = {"[INST]", "[/INST]"},
       .begin = "{bos}",
       .system_after = "\n\n",
       .user_before = "[INST]",
       .user_after = "[/INST]",
       .assistant_after = "{eos}",
       .system_in_user = true},
      {.name = "gemma",
       .markers = {"<start_of_turn>"},
       .specials = {"<start_of_turn>", "<end_of_turn>"},
       .begin = "{bos}",
       .system_after = "\n\n",
       .user_before = "<start_of_turn>user\n",
       .user_after = "<end_of_turn>\n",
       .assistant_before = "<start_of_turn>model\n",
       .assistant_after = "<end_of_turn>\n",
       .ask = "<start_of_turn>model\n",
       .system_in_user = true,
       .trims = true},
      // EXAONE 3 and 3.5.
      {.name = "exaone3",
       .markers = {"[|endofturn|]"},
       .specials = {"[|system|]", "[|user|]", "[|assistant|]", "[|endofturn|]"},
       .system_before = "[|system|]",
       .system_after = "[|endofturn|]\n",
       .user_before = "[|user|]",
       .user_after = "\n",
       .assistant_before = "[|assistant|]",
       .assistant_after = "[|endofturn|]\n",
       .ask = "[|assistant|]",
       .system_always = true},
      // The distilled DeepSeek-R1 models.
      {.name = "deepseek-r1",
       .markers = {"<｜Assistant｜>"},
       .specials = {"<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>"},
       .begin = "{bos}",
       .user_before = "<｜User｜>",
       .assistant_before = "<｜Assistant｜>",
       .assistant_after = "<｜end▁of▁sentence｜>",
       .ask = "<｜Assistant｜><think>\n"},
      {.name = "phi3",
       .markers = {"<|assistant|>", "<|end|>"},
       .specials = {"<|system|>", "<|user|>", "<|assistant|>", "<|end|>"},
       .system_before = "<|system|>\n",
       .system_after = "<|end|>\n",
       .user_before = "<|user|>\n",
       .user_after = "<|end|>\n",
       .assistant_before = "<|assistant|>\n",
       .assistant_after = "<|end|>\n",
       .ask = "<|assistant|>\n"},
      // Zephyr and TinyLlama: the roles are plain text in their vocabularies.
      {.name = "zephyr",
       .markers = {"<|assistant|>"},
       .system_before = "<|system|>\n",
       .system_after = "{eos}\n",
       .user_before = "<|user|>\n",
       .user_after = "{eos}\n",
       .assistant_before = "<|assistant|>\n",
       .assistant_after = "{eos}\n",
       .ask = "<|assistant|>\n"},
      // SOLAR 10.7B.
      {.name = "solar",
       .markers = {"### Assistant:"},
       .system_before = "### System:\n",
       .system_after = "\n\n",
       .user_before = "### User:\n",
       .user_after = "\n\n",
       .assistant_before = "### Assistant:\n",
       .ask = "### Assistant:\n"},
  };
  return table;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Gathers pieces: frames are cut at their control tokens, neighbouring plain text grows together.
class Writer {
 public:
  Writer(const ChatTemplate& chat, const EdgeTokens& edges) : chat_(chat), edges_(edges) {}

  void plain(std::string_view text) {
    if (text.empty()) return;
    if (pieces_.empty() || pieces_.back().special) pieces_.push_back({});
    pieces_.back().text += text;
  }

  void frame(std::string_view text) {
    while (!text.empty()) {
      const Special next = find_special(text);
      plain(text.substr(0, next.position));
      if (next.position == std::string_view::npos) return;
      if (!next.token.empty()) pieces_.push_back({std::string(next.token), true});
      text.remove_prefix(next.position + next.length);
    }
  }

  // A message inside its frame.
  void turn(std::string_view before, std::string_view text, std::string_view after) {
    frame(before);
    plain(chat_.trims ? trimmed(text) : text);
    frame(after);
  }

  std::vector<PromptPiece> take() { return std::move(pieces_); }

 private:
  struct Special {
    size_t position, length;
    std::string_view token;
  };

  Special find_special(std::string_view text) const {
    Special first{std::string_view::npos, 0, {}};
    const auto look_for = [&](std::string_view written, std::string_view token) {
      const size_t at = text.find(written);
      if (at < first.position) first = {at, written.size(), token};
    };
    look_for("{bos}", edges_.bos);
    look_for("{eos}", edges_.eos);
    for (const std::string_view token : chat_.specials) look_for(token, token);
    return first;
  }

  const ChatTemplate& chat_;
  const EdgeTokens& edges_;
  std::vector<PromptPiece> pieces_;
};

}  // namespace

const ChatTemplate* find_chat_template(std::string_view name) {
  const auto found =
      std::find_if(families().begin(), families().end(), [&](const auto& chat) { return chat.name == name; });
  return found == families().end() ? nullptr : &*found;
}

std::string chat_template_names() {
  std::string names;
  for (const ChatTemplate& chat : families()) {
    if (!names.empty()) names += ", ";
    names += chat.name;
  }
  return names;
}

std::string_view name_of(const ChatTemplate& chat) { return chat.name; }

Result<const ChatTemplate*> recognize_chat_template(std::string_view jinja) {
  const auto writes = [&](std::string_view marker) { return jinja.find(marker) != std::string_view::npos; };
  for (const ChatTemplate& chat : families()) {
    if (std::all_of(chat.markers.begin(), chat.markers.end(), writes)) return &chat;
  }
  return fail(ErrorKind::kUnsupported, msg::kUnknownChatTemplate, chat_template_names());
}

EdgeTokens edge_tokens(const Tokenizer& tokenizer) {
  EdgeTokens edges;
  if (tokenizer.bos) edges.bos = tokenizer.text(*tokenizer.bos);
  if (tokenizer.eos) edges.eos = tokenizer.text(*tokenizer.eos);
  return edges;
}

std::vector<PromptPiece> render_chat(const ChatTemplate& chat, std::span<const ChatMessage> messages, bool ask,
                                     const EdgeTokens& edges) {
  Writer out(chat, edges);
  out.frame(chat.begin);

  std::string_view pending_system;  // waits for the first user turn
  bool has_system = !messages.empty() && messages.front().role == Role::kSystem;
  if (has_system && chat.system_in_user) {
    pending_system = messages.front().text;
  } else if (has_system || chat.system_always) {
    out.turn(chat.system_before, has_system ? std::string_view(messages.front().text) : "", chat.system_after);
    has_system = false;
  }

  for (const ChatMessage& message : messages) {
    if (message.role == Role::kUser) {
      out.frame(chat.user_before);
      if (has_system) out.turn(chat.system_before, pending_system, chat.system_after);
      has_system = false;
      out.turn("", message.text, chat.user_after);
    } else if (message.role == Role::kAssistant) {
      out.turn(chat.assistant_before, message.text, chat.assistant_after);
    }
  }
  if (ask) out.frame(chat.ask);
  return out.take();
}

std::vector<PromptPiece> render_next_turn(const ChatTemplate& chat, std::string_view user, const EdgeTokens& edges) {
  Writer out(chat, edges);
  out.frame(chat.assistant_after);
  out.turn(chat.user_before, user, chat.user_after);
  out.frame(chat.ask);
  return out.take();
}

std::vector<TokenId> encode_prompt(const Tokenizer& tokenizer, std::span<const PromptPiece> pieces, bool at_start) {
  std::vector<TokenId> ids;
  std::string plain;
  const auto flush = [&] {
    if (plain.empty()) return;
    const std::vector<TokenId> encoded = tokenizer.encode(plain);
    ids.insert(ids.end(), encoded.begin(), encoded.end());
    plain.clear();
  };
  for (const PromptPiece& piece : pieces) {
    const std::optional<TokenId> token = piece.special ? tokenizer.find(piece.text) : std::nullopt;
    if (!token) {
      plain += piece.text;
      continue;
    }
    flush();
    ids.push_back(*token);
  }
  flush();
  const bool begins_with_bos = !ids.empty() && tokenizer.bos && ids.front() == *tokenizer.bos;
  if (at_start && tokenizer.wants_bos && tokenizer.bos && !begins_with_bos) ids.insert(ids.begin(), *tokenizer.bos);
  return ids;
}

}  // namespace ondol
