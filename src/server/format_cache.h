// FormatCache: what answers were held to lately, compiled once for a model's vocabulary.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/answer_format.h"

namespace ondol {

// What a request wants its answer to be.
struct FormatWish {
  enum class Kind {
    kModels,  // what the model file stores, or free text
    kText,
    kSchema,
    kGbnf,
    kRegex,
    kChoice,  // comma-separated
    kScript,  // comma-separated
  };
  Kind kind = Kind::kModels;
  std::string source = {};
  std::string param = {};  // the field it came by, for errors
};

// Which calls an answer may or must make.
struct CallWish {
  std::string tools;  // JSON list, as in OpenAI's "tools"
  bool required = false, several = true;
};

// Any thread.  The tokenizer outlives it.
class FormatCache {
 public:
  explicit FormatCache(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  // Of kSchema and behind.  Fails with kBadInput as the grammar floor does, or when it would take too long.
  Result<std::shared_ptr<const AnswerFormat>> format(const FormatWish& wish);
  // Null: calls cannot be held, answers are free.  Fails as tool_call_format() does.
  Result<std::shared_ptr<const AnswerFormat>> calls(const CallWish& wish, const ToolCallSyntax& syntax);

 private:
  static constexpr size_t kMostFormats = 64;
  static constexpr double kCompile_s = 1;  // of processor time, for one
  using Format = std::shared_ptr<const AnswerFormat>;

  std::optional<Format> find(const std::string& key);
  Format keep(std::string key, Format format);
  std::shared_ptr<const MaskVocabulary> vocabulary();

  const Tokenizer& tokenizer_;
  std::mutex mutex_;
  std::shared_ptr<const MaskVocabulary> vocabulary_;   // once it is needed
  std::list<std::pair<std::string, Format>> formats_;  // used last first
};

}  // namespace ondol
