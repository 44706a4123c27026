#include "grammar/json_text.h"

#include <fmt/format.h>

namespace ondol {
namespace {

constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t", kEscapes = "\"\\bfnrt";

// What stands behind the backslash for a byte that must be escaped.
std::string escape_of(uint8_t byte) {
  const size_t named = kEscaped.find(static_cast<char>(byte));
  if (named != std::string_view::npos) return {kEscapes[named]};
  return fmt::format("u{:04x}", byte);
}
bool is_escaped(int byte) { return byte < 0x20 || byte == '"' || byte == '\\'; }

}  // namespace

ExpressionId json_char(Expressions& expressions) {
  std::vector<ExpressionId> forms{expressions.chars(complement(make_char_set({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}})))};
  for (int byte = 0; byte < 0x80; ++byte) {
    if (is_escaped(byte)) forms.push_back(expressions.literal("\\" + escape_of(static_cast<uint8_t>(byte))));
  }
  return expressions.choice(std::move(forms));
}

Automaton json_strings(const Automaton& values) {
  Automaton out;
  const int32_t open = out.add_state(false);
  const int32_t first = out.size();
  for (int32_t state = 0; state < values.size(); ++state) out.add_state(false);
  const int32_t close = out.add_state(true);
  out[open].bytes.push_back({'"', '"', first});
  for (int32_t state = 0; state < values.size(); ++state) {
    std::vector<std::pair<std::string, int32_t>> escapes;
    std::vector<Automaton::ByteEdge> edges;
    for (const auto& edge : values[state].bytes) {
      // The stretches of the range that stand as they are.
      int low = edge.low;
      for (int byte = edge.low; byte <= edge.high; ++byte) {
        if (!is_escaped(byte)) continue;
        if (low < byte) edges.push_back({static_cast<uint8_t>(low), static_cast<uint8_t>(byte - 1), first + edge.to});
        low = byte + 1;
        escapes.emplace_back(escape_of(static_cast<uint8_t>(byte)), first + edge.to);
      }
      if (low <= edge.high) edges.push_back({static_cast<uint8_t>(low), edge.high, first + edge.to});
    }
    if (values[state].accepts) edges.push_back({'"', '"', close});
    if (!escapes.empty()) {
      // A small tree of escapes below the backslash.
      const int32_t backslash = out.add_state(false);
      edges.push_back({'\\', '\\', backslash});
      for (const auto& [escape, to] : escapes) {
        int32_t at = backslash;
        for (size_t i = 0; i < escape.size(); ++i) {
          const auto byte = static_cast<uint8_t>(escape[i]);
          int32_t next = i + 1 == escape.size() ? to : follow(out, at, std::string_view(&escape[i], 1));
          if (next < 0) next = out.add_state(false);
          if (follow(out, at, std::string_view(&escape[i], 1)) < 0) out[at].bytes.push_back({byte, byte, next});
          at = next;
        }
      }
    }
    out[first + state].bytes = std::move(edges);
  }
  return out;
}

ExpressionId json_space(Expressions& expressions) {
  constexpr int32_t kMaxIndent = 32;
  const ExpressionId space = expressions.literal(" ");
  const ExpressionId line = expressions.sequence({expressions.literal("\n"), expressions.repeat(space, 0, kMaxIndent)});
  return expressions.optional(expressions.choice({space, line}));
}

std::optional<std::string_view> format_pattern(std::string_view format) {
#define ONDOL_DATE \
  "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
#define ONDOL_TIME "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
#define ONDOL_LABEL "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#define ONDOL_URI_CHAR "([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
#define ONDOL_H16 "[0-9a-f]{1,4}"
  // Sources: RFC 3339 (dates and times), RFC 9562 (UUID), RFC 2673 and 4291 (addresses), RFC 1123 (host names), RFC
  // 5321 (mail: the dot-atom form), RFC 3986 (URI with an authority), ISO 8601 (durations).
  constexpr std::pair<std::string_view, std::string_view> kFormats[] = {
      {"date", ONDOL_DATE},
      {"time", ONDOL_TIME},
      {"date-time", ONDOL_DATE "T" ONDOL_TIME},
      {"duration",
       "P([0-9]{1,4}W|([0-9]{1,4}Y([0-9]{1,4}M([0-9]{1,4}D)?)?|[0-9]{1,4}M([0-9]{1,4}D)?|[0-9]{1,4}D)"
       "(T([0-9]{1,4}H([0-9]{1,4}M([0-9]{1,4}S)?)?|[0-9]{1,4}M([0-9]{1,4}S)?|[0-9]{1,4}S))?|"
       "T([0-9]{1,4}H([0-9]{1,4}M([0-9]{1,4}S)?)?|[0-9]{1,4}M([0-9]{1,4}S)?|[0-9]{1,4}S))"},
      {"uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"},
      {"ipv4", "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"},
      {"ipv6", "(" ONDOL_H16 ":){7}" ONDOL_H16 "|::(" ONDOL_H16 "(:" ONDOL_H16 "){0,5})?|" ONDOL_H16 "::(" ONDOL_H16
               "(:" ONDOL_H16 "){0,4})?|(" ONDOL_H16 ":){2}:(" ONDOL_H16 "(:" ONDOL_H16 "){0,3})?"},
      {"hostname", ONDOL_LABEL "(\\." ONDOL_LABEL "){0,2}"},
      {"email", "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}){0,2}@" ONDOL_LABEL
                "(\\." ONDOL_LABEL "){1,2}"},
      {"uri", "https?://" ONDOL_LABEL "(\\." ONDOL_LABEL "){0,2}(:[0-9]{1,5})?(/" ONDOL_URI_CHAR "*)?"}};
  for (const auto& [name, pattern] : kFormats) {
    if (format == name) return pattern;
  }
  return std::nullopt;
#undef ONDOL_DATE
#undef ONDOL_TIME
#undef ONDOL_LABEL
#undef ONDOL_URI_CHAR
#undef ONDOL_H16
}

}  // namespace ondol
