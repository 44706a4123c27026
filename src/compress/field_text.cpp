#include "compress/field_text.h"

#include <algorithm>
#include <numeric>

#include "base/interrupt.h"
#include "base/utf8.h"
#include "compress/compress_messages.h"
#include "grammar/char_set.h"
#include "prompt/prompt_encoder.h"
#include "tune/data/example_encoder.h"

namespace ondol {
namespace {

constexpr int64_t kMaxHeldOutBytes = 4 << 20;
constexpr size_t kPieceBytes = 1024;
constexpr int64_t kHoldEvery = 10;

class FieldReader {
 public:
  FieldReader(const Tokenizer& tokenizer, const ChatTemplate* chat, const std::tm& now)
      : tokenizer_(tokenizer), encoder_(tokenizer, chat, {.context_length = INT32_MAX, .now = now}) {
    field_.counts.assign(static_cast<size_t>(tokenizer.vocab_size()), 0);
  }

  Status take(const Record& record) {
    TRY(check_interrupted());
    if (record.kind == RecordKind::kText) {
      take_lines(record.text);
      return ok();
    }
    TRY(const std::vector<Example> examples, encoder_.encode(record));
    for (const Example& example : examples) take_text(tokenizer_.decode(example.tokens, true));
    return ok();
  }

  Result<FieldText> finish() {
    if (field_.characters.n_characters() == 0) return fail(ErrorKind::kBadInput, msg::kNoFieldText);
    if (field_.held_out.empty()) {
      field_.held_out.push_back(first_);
      field_.is_held_out = false;
    }
    field_.n_tokens = std::accumulate(field_.counts.begin(), field_.counts.end(), int64_t{0});
    return std::move(field_);
  }

 private:
  // Pieces of whole lines, or of kPieceBytes where lines are longer than four.
  void take_lines(std::string_view text) {
    while (!text.empty()) {
      const size_t line_end = text.find('\n', std::min(kPieceBytes, text.size()));
      size_t n = line_end == std::string_view::npos ? text.size() : line_end + 1;
      if (n > 4 * kPieceBytes) {
        n = 4 * kPieceBytes;
        while (n > 3 * kPieceBytes && (static_cast<uint8_t>(text[n]) & 0xC0) == 0x80) --n;
      }
      take_text(text.substr(0, n));
      text.remove_prefix(n);
    }
  }

  void take_text(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
    field_.characters.add(text);
    if (first_.empty()) first_ = text;
    const bool holds = ++n_texts_ % kHoldEvery == 0 && held_bytes_ < kMaxHeldOutBytes;
    if (holds) {
      held_bytes_ += std::ssize(text);
      field_.held_out.emplace_back(text);
      return;
    }
    for (const TokenId id : tokenizer_.encode(text, {.parse_special = true})) ++field_.counts[static_cast<size_t>(id)];
  }

  const Tokenizer& tokenizer_;
  ExampleEncoder encoder_;
  FieldText field_;
  std::string first_;
  int64_t n_texts_ = 0, held_bytes_ = 0;
};

}  // namespace

CharacterCounts::CharacterCounts() : counts_(kLastChar + 1, 0) {}

void CharacterCounts::add(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
    if (!c.valid) continue;
    ++counts_[c.value];
    ++n_characters_;
  }
}

int64_t CharacterCounts::in(uint32_t first, uint32_t last) const {
  return std::accumulate(counts_.begin() + first, counts_.begin() + last + 1, int64_t{0});
}

Result<FieldText> read_field_text(const std::vector<std::string>& paths, const DataFileOptions& options,
                                  const Tokenizer& tokenizer, const ChatTemplate* chat, const std::tm& now,
                                  const std::function<void(int64_t bytes_read, int64_t size_bytes)>& progress) {
  FieldReader reader(tokenizer, chat, now);
  for (const std::string& path : paths) {
    TRY(read_data_file(path, options, {[&](const Record& record) { return reader.take(record); }, progress}));
  }
  return reader.finish();
}

std::vector<TokenId> tokens_of_template(const ChatTemplate& chat, const Tokenizer& tokenizer, const std::tm& now) {
  const ChatMessage messages[] = {
      {Role::kSystem, "."}, {Role::kUser, "."}, {Role::kAssistant, "."}, {Role::kUser, "."}};
  constexpr std::string_view kTool =
      R"([{"type":"function","function":{"name":"f","description":".","parameters":{"type":"object","properties":{}}}}])";
  std::vector<TokenId> tokens;
  for (const std::string_view tools : {std::string_view(), chat.tool_calls() != nullptr ? kTool : std::string_view()}) {
    for (const size_t first : {0, 1}) {  // not every template takes a system message
      const auto pieces = chat.render({.messages = std::span(messages).subspan(first),
                                       .edges = edge_tokens(tokenizer),
                                       .tools = tools,
                                       .now = now});
      if (!pieces) continue;
      const std::vector<TokenId> ids = PromptEncoder(tokenizer).encode(*pieces);
      tokens.insert(tokens.end(), ids.begin(), ids.end());
    }
  }
  return tokens;
}

}  // namespace ondol
