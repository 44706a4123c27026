// Record: one example of a data file as it stands there, before it becomes tokens.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "prompt/chat_template.h"

namespace ondol {

enum class RecordKind {
  kChat,        // messages, some of them the assistant's
  kCompletion,  // a prompt and what answers it
  kText,        // running text
};

struct Record {
  RecordKind kind = RecordKind::kText;
  int64_t line = 0;  // where it begins, from 1
  std::vector<ChatMessage> messages{};
  std::string tools{};  // of a chat: JSON list as in OpenAI's "tools"; "" for none
  std::string prompt{}, completion{};
  std::string group{};                 // "kind" of a JSON line: what it is counted under; "" for none
  std::vector<std::string> choices{};  // "choices" of a JSON line: the answers there are; empty for any
  std::string text{};
  bool ends_document = true;  // of text: false where more of the same document comes in the next record
};

}  // namespace ondol
