#include "tokenizer/published_expressions.h"

namespace ondol {
namespace {

#define ONDOL_CONTRACTIONS R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"
#define ONDOL_SPACES R"(|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define ONDOL_UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define ONDOL_LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"

constexpr PublishedExpression kPublished[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", scan_gpt2, "gpt-2"},
    {ONDOL_CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*)" ONDOL_SPACES, scan_llama3,
     "dbrx"},
    {ONDOL_CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*)" ONDOL_SPACES, scan_qwen2,
     "qwen2"},
    {R"([^\r\n\p{L}\p{N}]?)" ONDOL_UPPER "*" ONDOL_LOWER "+" ONDOL_CONTRACTIONS R"(?|[^\r\n\p{L}\p{N}]?)" ONDOL_UPPER
     "+" ONDOL_LOWER "*" ONDOL_CONTRACTIONS R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*)" ONDOL_SPACES,
     scan_o200k, "gpt-4o"},
};

#undef ONDOL_CONTRACTIONS
#undef ONDOL_SPACES
#undef ONDOL_UPPER
#undef ONDOL_LOWER

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::string plain_spelling(std::string_view expression) {
  std::string out(expression);
  replace_all(out, "\r", "\\r");
  replace_all(out, "\n", "\\n");
  replace_all(out, "\\p{N}{1}|", "\\p{N}|");
  replace_all(out, "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])", "(?i:'s|'t|'re|'ve|'m|'ll|'d)");
  replace_all(out, "'(?i:[sdmt]|ll|ve|re)", "(?i:'s|'t|'re|'ve|'m|'ll|'d)");
  // GPT-2's own file groups it otherwise
  replace_all(out, "'(?:[sdmt]|ll|ve|re)", "'s|'t|'re|'ve|'m|'ll|'d");
  return out;
}

const PublishedExpression* find_published_expression(std::string_view expression) {
  const std::string plain = plain_spelling(expression);
  for (const PublishedExpression& known : kPublished) {
    if (known.expression == plain) return &known;
  }
  return nullptr;
}

std::string_view expression_of(WordScanner scan) {
  for (const PublishedExpression& known : kPublished) {
    if (known.scan == scan) return known.expression;
  }
  return {};
}

}  // namespace ondol
