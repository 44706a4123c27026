#include "grammar/unicode_set.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "grammar/grammar_messages.h"
#include "grammar/unicode_scripts.h"

namespace ondol {
namespace {

constexpr int kCategories = 30;

// Two letters of each utf8proc category, in its order.
constexpr std::array<std::string_view, kCategories> kCodes = {
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps",
    "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"};

// Source: PropertyValueAliases.txt, property gc.
constexpr std::pair<std::string_view, std::string_view> kLongNames[] = {{"Letter", "L"},
                                                                        {"Uppercase_Letter", "Lu"},
                                                                        {"Lowercase_Letter", "Ll"},
                                                                        {"Titlecase_Letter", "Lt"},
                                                                        {"Modifier_Letter", "Lm"},
                                                                        {"Other_Letter", "Lo"},
                                                                        {"Mark", "M"},
                                                                        {"Nonspacing_Mark", "Mn"},
                                                                        {"Spacing_Mark", "Mc"},
                                                                        {"Enclosing_Mark", "Me"},
                                                                        {"Number", "N"},
                                                                        {"Decimal_Number", "Nd"},
                                                                        {"digit", "Nd"},
                                                                        {"Letter_Number", "Nl"},
                                                                        {"Other_Number", "No"},
                                                                        {"Punctuation", "P"},
                                                                        {"punct", "P"},
                                                                        {"Connector_Punctuation", "Pc"},
                                                                        {"Dash_Punctuation", "Pd"},
                                                                        {"Open_Punctuation", "Ps"},
                                                                        {"Close_Punctuation", "Pe"},
                                                                        {"Initial_Punctuation", "Pi"},
                                                                        {"Final_Punctuation", "Pf"},
                                                                        {"Other_Punctuation", "Po"},
                                                                        {"Symbol", "S"},
                                                                        {"Math_Symbol", "Sm"},
                                                                        {"Currency_Symbol", "Sc"},
                                                                        {"Modifier_Symbol", "Sk"},
                                                                        {"Other_Symbol", "So"},
                                                                        {"Separator", "Z"},
                                                                        {"Space_Separator", "Zs"},
                                                                        {"Line_Separator", "Zl"},
                                                                        {"Paragraph_Separator", "Zp"},
                                                                        {"Other", "C"},
                                                                        {"Control", "Cc"},
                                                                        {"cntrl", "Cc"},
                                                                        {"Format", "Cf"},
                                                                        {"Private_Use", "Co"},
                                                                        {"Unassigned", "Cn"}};

// The characters of each category, found once.
const std::array<CharSet, kCategories>& category_sets() {
  static const std::array<CharSet, kCategories> sets = [] {
    std::array<CharSet, kCategories> found;
    for (uint32_t c = 0; c <= kLastChar; ++c) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      CharSet& set = found[static_cast<size_t>(utf8proc_category(static_cast<utf8proc_int32_t>(c)))];
      if (!set.empty() && set.back().last + 1 == c) set.back().last = c;
      else set.push_back({c, c});
    }
    return found;
  }();
  return sets;
}

std::optional<CharSet> category_set(std::string_view name) {
  for (const auto& [long_name, code] : kLongNames) {
    if (name == long_name) name = code;
  }
  if (name.empty() || name.size() > 2) return std::nullopt;
  std::vector<CharRange> ranges;
  bool found = false;
  for (size_t i = 0; i < kCodes.size(); ++i) {
    if (!kCodes[i].starts_with(name)) continue;
    found = true;
    const CharSet& set = category_sets()[i];
    ranges.insert(ranges.end(), set.begin(), set.end());
  }
  if (!found) return std::nullopt;
  return make_char_set(std::move(ranges));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::optional<CharSet> property_set(std::string_view name) {
  if (name == "Any") return any_char();
  if (name == "ASCII") return CharSet{{0, 0x7F}};
  const size_t equals = name.find('=');
  if (equals == std::string_view::npos) return category_set(name);
  const std::string_view property = name.substr(0, equals), value = name.substr(equals + 1);
  if (property == "gc" || property == "General_Category") return category_set(value);
  if (property == "sc" || property == "Script") return script_set(value);
  return std::nullopt;
}

std::optional<CharSet> script_set(std::string_view name) {
  const std::string wanted = lower(name);
  for (const Script& script : all_scripts()) {
    if (wanted == script.name || wanted == script.code) return CharSet(script.ranges.begin(), script.ranges.end());
  }
  return std::nullopt;
}

std::string script_names() {
  std::string names;
  for (const Script& script : all_scripts()) {
    if (!names.empty()) names += ", ";
    names += script.name;
  }
  return names;
}

Result<std::shared_ptr<const Grammar>> script_grammar(std::string_view scripts) {
  CharSet shared = unite(*script_set("common"), *script_set("inherited"));
  const CharSet controls = intersect(*category_set("Cc"), complement({{'\t', '\n'}, {'\r', '\r'}}));
  shared = intersect(shared, complement(controls));
  bool any = false;
  while (!scripts.empty()) {
    const size_t end = std::min(scripts.find(','), scripts.size());
    const std::string_view name = scripts.substr(0, end);
    scripts.remove_prefix(std::min(end + 1, scripts.size()));
    const auto set = script_set(name);
    if (!set) return fail(ErrorKind::kBadInput, msg::kUnknownScript, name, script_names());
    shared = unite(shared, *set);
    any = true;
  }
  if (!any) return fail(ErrorKind::kBadInput, msg::kNoScripts, script_names());
  Expressions expressions;
  const RuleId root = expressions.add_rule();
  expressions.define(root, expressions.repeat(expressions.chars(std::move(shared)), 0, kUnlimited));
  return compile_grammar(expressions, root);
}

}  // namespace ondol
