#include "server/format_cache.h"

#include <algorithm>

#include "grammar/compile_limit.h"
#include "grammar/gbnf.h"
#include "grammar/regex.h"
#include "grammar/schema_grammar.h"
#include "grammar/unicode_set.h"

namespace ondol {

template <class Value>
const Value* FormatCache::Recent<Value>::find(const Digest& key) {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const auto& kept) { return kept.first == key; });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return &found->second;
}

template <class Value>
void FormatCache::Recent<Value>::keep(const Digest& key, Value value) {
  kept_.emplace_front(key, std::move(value));
  if (kept_.size() > kMost) kept_.pop_back();
}

Result<FormatCache::Format> FormatCache::get(const Digest& key, const std::function<Result<Format>()>& compile) {
  {
    const std::lock_guard lock(mutex_);
    if (const Format* const known = formats_.find(key)) return *known;
    if (const Error* const known = failures_.find(key)) return tl::make_unexpected(*known);
  }
  const CompileLimit limit(compile_s_);
  auto format = compile();
  const std::lock_guard lock(mutex_);
  // a text may also come close to the limit before it proves too large
  if (format) formats_.keep(key, *format);
  else failures_.keep(key, format.error());
  return format;
}

std::shared_ptr<const MaskVocabulary> FormatCache::vocabulary() {
  const std::lock_guard lock(mutex_);
  if (!vocabulary_) vocabulary_ = std::make_shared<const MaskVocabulary>(tokenizer_);
  return vocabulary_;
}

Result<FormatCache::Format> FormatCache::format(const FormatWish& wish) {
  if (wish.kind == FormatWish::Kind::kModels || wish.kind == FormatWish::Kind::kText) return nullptr;
  const auto kind = static_cast<int32_t>(wish.kind);
  return get(Sha256().add_value(kind).add(wish.source).finish(), [&] { return compile(wish); });
}

Result<FormatCache::Format> FormatCache::compile(const FormatWish& wish) {
  auto format = std::make_shared<AnswerFormat>();
  switch (wish.kind) {
    case FormatWish::Kind::kModels:
    case FormatWish::Kind::kText:
      return nullptr;
    case FormatWish::Kind::kSchema: {
      TRY(const auto schema, Schema::parse(wish.source));
      TRY(const SchemaGrammar compiled, schema_grammar(*schema));
      format->grammar = compiled.grammar;
      format->needs_guard = compiled.needs_guard;
      break;
    }
    case FormatWish::Kind::kGbnf: {
      TRY(format->grammar, gbnf_grammar(wish.source));
      break;
    }
    case FormatWish::Kind::kRegex: {
      TRY(format->grammar, regex_grammar(wish.source));
      break;
    }
    case FormatWish::Kind::kChoice: {
      TRY(format->grammar, choice_grammar(wish.source));
      break;
    }
    case FormatWish::Kind::kScript: {
      TRY(format->grammar, script_grammar(wish.source));
      break;
    }
  }
  format->vocabulary = vocabulary();
  return format;
}

Result<FormatCache::Format> FormatCache::calls(const CallWish& wish, const ToolCallSyntax& syntax) {
  constexpr int32_t kCalls = -1;  // no kind of a wish
  Sha256 key;
  key.add_value(kCalls).add_value(int32_t{wish.required}).add_value(int32_t{wish.several});
  const auto compile = [&]() -> Result<Format> {
    TRY(const auto tools, read_tool_definitions(wish.tools));
    TRY(const auto held, tool_call_format(syntax, tools, tokenizer_, {wish.required, wish.several}));
    return held ? std::make_shared<const AnswerFormat>(*held) : nullptr;
  };
  return get(key.add(syntax.name).add("\n").add(wish.tools).finish(), compile);
}

}  // namespace ondol
