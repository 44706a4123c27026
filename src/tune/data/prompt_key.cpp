#include "tune/data/prompt_key.h"

namespace ondol {

ContentKey key_of(Sha256& hash) {
  const Digest digest = hash.finish();
  ContentKey key{};
  for (size_t i = 0; i < 8; ++i) {
    key.high = key.high << 8 | digest[i];
    key.low = key.low << 8 | digest[i + 8];
  }
  return key;
}

void add_text(Sha256& hash, std::string_view text) { hash.add_value(static_cast<uint64_t>(text.size())).add(text); }

ContentKey prompt_key(const Record& record) {
  Sha256 hash;
  switch (record.kind) {
    case RecordKind::kText:
      add_text(hash, record.text);
      break;
    case RecordKind::kCompletion:
      hash.add_value(Role::kUser);
      add_text(hash, record.prompt);
      break;
    case RecordKind::kChat:
      for (const ChatMessage& message : record.messages) {
        if (message.role == Role::kAssistant) break;
        hash.add_value(message.role);
        add_text(hash, message.text);
      }
  }
  return key_of(hash);
}

bool is_held_out(const ContentKey& prompt, double share) {
  return static_cast<double>(prompt.high >> 11) * 0x1p-53 < share;
}

}  // namespace ondol
