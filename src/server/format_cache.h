// FormatCache: what answers were held to lately, compiled once for a model's vocabulary; and what could not be, for the
// time it takes or for anything else, so that asking again costs nothing.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/sha256.h"
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
  // `compile_s`: of processor time, for one format.
  explicit FormatCache(const Tokenizer& tokenizer, double compile_s = 1)
      : tokenizer_(tokenizer), compile_s_(compile_s) {}

  // Of kSchema and behind.  Fails with kBadInput as the grammar floor does, or when it would take too long.
  Result<std::shared_ptr<const AnswerFormat>> format(const FormatWish& wish);
  // Null: calls cannot be held, answers are free.  Fails as tool_call_format() does.
  Result<std::shared_ptr<const AnswerFormat>> calls(const CallWish& wish, const ToolCallSyntax& syntax);

 private:
  using Format = std::shared_ptr<const AnswerFormat>;
  // The last ones, used last first, by what names their wish.
  template <class Value>
  class Recent {
   public:
    const Value* find(const Digest& key);
    void keep(const Digest& key, Value value);

   private:
    static constexpr size_t kMost = 64;
    std::list<std::pair<Digest, Value>> kept_;
  };

  Result<Format> get(const Digest& key, const std::function<Result<Format>()>& compile);
  Result<Format> compile(const FormatWish& wish);
  std::shared_ptr<const MaskVocabulary> vocabulary();

  const Tokenizer& tokenizer_;
  const double compile_s_;
  std::mutex mutex_;
  std::shared_ptr<const MaskVocabulary> vocabulary_;  // once it is needed
  Recent<Format> formats_;
  Recent<Error> failures_;  // of those that cannot be compiled
};

}  // namespace ondol
