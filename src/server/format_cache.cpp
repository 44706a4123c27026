#include "server/format_cache.h"

#include <algorithm>

#include "grammar/compile_limit.h"
#include "grammar/gbnf.h"
#include "grammar/regex.h"
#include "grammar/schema_grammar.h"
#include "grammar/unicode_set.h"

namespace ondol {

std::optional<FormatCache::Format> FormatCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(formats_.begin(), formats_.end(), [&](const auto& kept) { return kept.first == key; });
  if (found == formats_.end()) return std::nullopt;
  formats_.splice(formats_.begin(), formats_, found);
  return found->second;
}

FormatCache::Format FormatCache::keep(std::string key, Format format) {
  const std::lock_guard lock(mutex_);
  formats_.emplace_front(std::move(key), format);
  if (formats_.size() > kMostFormats) formats_.pop_back();
  return format;
}

std::shared_ptr<const MaskVocabulary> FormatCache::vocabulary() {
  const std::lock_guard lock(mutex_);
  if (!vocabulary_) vocabulary_ = std::make_shared<const MaskVocabulary>(tokenizer_);
  return vocabulary_;
}

Result<std::shared_ptr<const AnswerFormat>> FormatCache::format(const FormatWish& wish) {
  const std::string key = std::to_string(static_cast<int>(wish.kind)) + wish.source;
  if (const auto known = find(key)) return *known;
  const CompileLimit limit(kCompile_s);
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
  return keep(key, std::move(format));
}

Result<std::shared_ptr<const AnswerFormat>> FormatCache::calls(const CallWish& wish, const ToolCallSyntax& syntax) {
  const std::string key = std::string(wish.required ? "r" : "c") + (wish.several ? "s" : "1") +
                          std::string(syntax.name) + "\n" + wish.tools;
  if (const auto known = find(key)) return *known;
  const CompileLimit limit(kCompile_s);
  TRY(const auto tools, read_tool_definitions(wish.tools));
  TRY(const auto held, tool_call_format(syntax, tools, tokenizer_, {wish.required, wish.several}));
  return keep(key, held ? std::make_shared<const AnswerFormat>(*held) : nullptr);
}

}  // namespace ondol
