#define PCRE2_CODE_UNIT_WIDTH 8
#include "tokenizer/expression.h"

#include <pcre2.h>
#include <simdjson.h>

#include "base/utf8.h"
#include "tokenizer/tokenizer_messages.h"

namespace ondol {
namespace {

constexpr size_t kMaxPatternBytes = 1 << 16;
constexpr uint32_t kMaxNesting = 100;        // groups in groups
constexpr uint32_t kMatchLimit = 1'000'000;  // steps of one search, about ten milliseconds
constexpr uint32_t kHeapLimitKib = 16 * 1024;

template <class T, void (*free)(T*)>
using Owned = std::unique_ptr<T, decltype([](T* p) { free(p); })>;
using CompileContext = Owned<pcre2_compile_context, pcre2_compile_context_free>;
using MatchContext = Owned<pcre2_match_context, pcre2_match_context_free>;
using MatchData = Owned<pcre2_match_data, pcre2_match_data_free>;

// What Oniguruma would read otherwise than PCRE2, or nothing.
std::string_view find_foreign_syntax(std::string_view pattern) {
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      if (i + 1 < pattern.size() && (pattern[i + 1] == 'h' || pattern[i + 1] == 'H')) return pattern.substr(i, 2);
      ++i;
    } else if (!in_class) {
      in_class = c == '[';
    } else if (c == '&' && i + 1 < pattern.size() && pattern[i + 1] == '&') {
      return pattern.substr(i, 2);
    } else if (c == ']') {
      in_class = false;
    }
  }
  return {};
}

}  // namespace

void Expression::FreeCode::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

Result<Expression> Expression::compile(std::string_view pattern) {
  const auto unsupported = [&](std::string_view reason) {
    return fail(ErrorKind::kUnsupported, msg::kBadExpression, printable(pattern), reason);
  };
  if (pattern.size() > kMaxPatternBytes) return unsupported(std::to_string(pattern.size()));
  if (const auto foreign = find_foreign_syntax(pattern); !foreign.empty()) return unsupported(foreign);
  const CompileContext context(pcre2_compile_context_create(nullptr));
  if (!context) return unsupported("no memory");
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), kMaxNesting);
  int error = 0;
  PCRE2_SIZE where = 0;
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                    PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &where, context.get());
  if (code == nullptr) {
    PCRE2_UCHAR reason[160] = {};
    pcre2_get_error_message(error, reason, sizeof(reason));
    return unsupported(reinterpret_cast<const char*>(reason));
  }
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // where it fails, matching is interpreted
  return Expression(code);
}

void Expression::find_all(std::string_view text, std::vector<TextRange>& out) const {
  if (simdjson::validate_utf8(text.data(), text.size())) return find_in_well_formed(text, 0, out);
  size_t begin = 0, end = 0;
  const auto flush = [&] {
    if (end > begin) find_in_well_formed(text.substr(begin, end - begin), static_cast<int64_t>(begin), out);
  };
  while (end < text.size()) {
    const CodePoint c = decode_code_point(text.substr(end, 4));
    if (!c.valid) flush();
    end += static_cast<size_t>(c.length_bytes);
    if (!c.valid) begin = end;
  }
  flush();
}

void Expression::find_in_well_formed(std::string_view text, int64_t offset, std::vector<TextRange>& out) const {
  const MatchContext context(pcre2_match_context_create(nullptr));
  const MatchData data(pcre2_match_data_create(1, nullptr));
  if (!context || !data) return;
  pcre2_set_match_limit(context.get(), kMatchLimit);
  pcre2_set_heap_limit(context.get(), kHeapLimitKib);
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  uint32_t options = PCRE2_NO_UTF_CHECK;
  size_t from = 0, last_end = text.size() + 1;
  while (from <= text.size()) {
    int n = pcre2_match(code_.get(), subject, text.size(), from, options, data.get(), context.get());
    if (n == PCRE2_ERROR_JIT_STACKLIMIT) {
      options |= PCRE2_NO_JIT;
      n = pcre2_match(code_.get(), subject, text.size(), from, options, data.get(), context.get());
    }
    if (n < 0) return;
    const PCRE2_SIZE* match = pcre2_get_ovector_pointer(data.get());
    const size_t begin = match[0], end = match[1];
    if (begin < from || end < begin) return;  // \K inside a lookaround can say so
    if (begin == end && end == last_end) {
      if (from == text.size()) return;
      from += static_cast<size_t>(decode_code_point(text.substr(from, 4)).length_bytes);
      continue;
    }
    out.push_back({offset + static_cast<int64_t>(begin), offset + static_cast<int64_t>(end)});
    from = last_end = end;
  }
}

}  // namespace ondol
