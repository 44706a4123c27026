#include "prompt/jinja/template.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "prompt/jinja/json_value.h"

namespace ondol::jinja {
namespace {

// What the reference scripts call now: 5 March 2026, 14:07:09, a Thursday.
std::tm reference_now() {
  std::tm now{};
  now.tm_year = 126, now.tm_mon = 2, now.tm_mday = 5;
  now.tm_hour = 14, now.tm_min = 7, now.tm_sec = 9;
  now.tm_wday = 4, now.tm_yday = 63;
  return now;
}

Result<Text> render(std::string_view source, std::string_view context = "{}", const Limits& limits = {}) {
  const auto read = read_json_value(context, kFromInput, "context");
  TRY(const Template parsed, Template::parse(source));
  return parsed.render(*read->as_dict(), reference_now(), limits);
}

std::string error_of(std::string_view source, const Limits& limits = {}) {
  const auto text = render(source, "{}", limits);
  if (text) return "no error";
  EXPECT_EQ(text.error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(text.error().message.find('\n'), std::string::npos);
  return text.error().message;
}

// "[input]template" for a text: what came from the context stands in brackets.
std::string marked(std::string_view source, std::string_view context) {
  const auto text = render(source, context);
  if (!text) return text.error().message;
  std::string shown;
  size_t at = 0;
  for (const TextRun& run : text->runs()) {
    const auto part = text->bytes().substr(at, static_cast<size_t>(run.end) - at);
    shown += run.origin == kFromTemplate ? std::string(part) : "[" + std::string(part) + "]";
    at = static_cast<size_t>(run.end);
  }
  return shown;
}

TEST(JinjaTemplate, RendersEachSmallCaseAsJinjaDoes) {
  std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/prompt/jinja_cases.json");
  const auto golden = nlohmann::ordered_json::parse(file);
  ASSERT_GT(golden["cases"].size(), 900u);
  const std::string context = golden["context"].dump();
  for (const auto& item : golden["cases"]) {
    const auto source = item[0].get<std::string>();
    const auto text = render(source, context);
    if (item[1].is_null()) {
      EXPECT_FALSE(text) << source << " renders " << (text ? text->bytes() : "");
    } else {
      ASSERT_TRUE(text) << source << ": " << text.error().message;
      EXPECT_EQ(text->bytes(), item[1].get<std::string>()) << source;
    }
  }
}

TEST(JinjaTemplate, KeepsTheOriginOfEveryByte) {
  const std::string context = R"({"x": "<|end|>", "list": ["a", "b"], "d": {"k": "v"}})";
  EXPECT_EQ(marked("<u>{{ x }}</u>", context), "<u>[<|end|>]</u>");
  EXPECT_EQ(marked("{{ '<' ~ x + '>' }}", context), "<[<|end|>]>");
  EXPECT_EQ(marked("{{ x[2:5] ~ x|upper ~ x.replace('|', '/') }}", context), "[end<|END|><]/[end]/[>]");
  EXPECT_EQ(marked("{{ ('  ' ~ x ~ ' ')|trim }}", context), "[<|end|>]");
  EXPECT_EQ(marked("{{ list|join(',') }}{{ list|tojson }}{{ list }}", context),
            "[a],[b][\"[a]\", \"[b]\"]['[a]', '[b]']");
  EXPECT_EQ(marked("{{ d|tojson }}", context), "{\"[k]\": \"[v]\"}");
  EXPECT_EQ(marked("{{ '%s=%s' % ('n', x) }}{{ '{}!'.format(x) }}", context), "n=[<|end|><|end|>]!");
  EXPECT_EQ(marked("{{ x.split('|')[1] }}{{ x|indent(2, true) }}{{ x|center(9) }}", context),
            "[end]  [<|end|>] [<|end|>] ");
  EXPECT_EQ(marked("{% set y %}({{ x }}){% endset %}{{ y }}{% filter upper %}a{{ x }}{% endfilter %}", context),
            "([<|end|>])A[<|END|>]");
  EXPECT_EQ(marked("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(x) }}", context), "<[<|end|>]>");
  EXPECT_EQ(marked("{% for c in x[:2] %}{{ c }}.{% endfor %}", context), "[<].[|].");
}

TEST(JinjaTemplate, ErrorsNameTheLine) {
  EXPECT_EQ(error_of("a\nb\n{{ nope.x }}"), "template, line 3: nope is undefined");
  EXPECT_EQ(error_of("{% set x = 1 %}\n\n{{ x\n + 'a' }}"), "template, line 4: + does not work for int and str");
  EXPECT_EQ(error_of("\n{% if true %}"), "template, line 2: expected endif, found the end of the template");
  EXPECT_EQ(error_of("\n\n{{ raise_exception('roles must alternate') }}"),
            "template, line 3: the template refuses: roles must alternate");
  EXPECT_EQ(error_of("{% include 'x' %}"),
            "template, line 1: the tag include is not for chat templates, which are one file");
  EXPECT_EQ(error_of("{{ [1].append(2) }}"),
            "template, line 1: append would change a list, which templates may not do");
  EXPECT_EQ(error_of("{{ 1|nope }}"), "template, line 1: there is no filter nope");
  EXPECT_EQ(error_of("\xff"), "template: not UTF-8 text");
}

TEST(JinjaTemplate, EndsOnItsBudget) {
  const Limits kSmall{.memory_bytes = 8 << 20, .output_bytes = 1 << 20};
  const std::string forever = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
  EXPECT_EQ(error_of(forever, {.steps = 100'000}), "template, line 1: takes more than 100000 steps");
  EXPECT_NE(error_of("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}").find("levels deep"), std::string::npos);
  EXPECT_NE(error_of("{{ 'a' * 10000000000 }}").find("makes a text of more than"), std::string::npos);
  EXPECT_NE(error_of("{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                     kSmall)
                .find("makes a text of more than"),
            std::string::npos);
  EXPECT_NE(error_of("{% set ns = namespace(l=[0]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
                     kSmall)
                .find("bytes of memory"),
            std::string::npos);
  EXPECT_NE(error_of("{% set ns = namespace(l=[]) %}{% for i in range(999) %}{% set ns.l = [ns.l] %}{% endfor %}")
                .find("levels deep"),
            std::string::npos);
  EXPECT_NE(error_of("{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}"
                     "{{ ns.l == [ns.l] }}")
                .find("steps"),
            std::string::npos);
  EXPECT_NE(error_of("{{ '%999999999999d' % 1 }}").find("makes a text of more than"), std::string::npos);
  EXPECT_NE(error_of("{{ [1]|tojson(indent=9999999999) }}").find("makes a text of more than"), std::string::npos);
}

TEST(JinjaTemplate, RefusesDeepNesting) {
  EXPECT_NE(
      error_of("{{ " + std::string(60'000, '(') + "1" + std::string(60'000, ')') + " }}").find("inside one another"),
      std::string::npos);
  EXPECT_NE(error_of("{{ " + std::string(60'000, '-') + "1 }}").find("inside one another"), std::string::npos);
  std::string sum = "1", tags;
  for (int i = 0; i < 5000; ++i) sum += " + 1", tags += "{% if 1 %}";
  EXPECT_NE(error_of("{{ " + sum + " }}").find("levels deep"), std::string::npos);
  EXPECT_NE(error_of(tags).find("inside one another"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 5001; ++i) nots += "not ";
  EXPECT_EQ(render("{{ " + nots + "0 }}")->bytes(), "True");
}

TEST(JinjaTemplate, NamespacesMayHoldThemselves) {
  EXPECT_EQ(render("{% set ns = namespace(a=1) %}{% set ns.self = ns %}{{ ns.self.self.a }}")->bytes(), "1");
  EXPECT_EQ(
      render("{% set ns = namespace() %}{% for i in [1] %}{% set ns.l = loop %}{{ loop.changed(loop) }}{% endfor %}"
             "{{ ns.l.index }}")
          ->bytes(),
      "True1");
}

TEST(JinjaTemplate, IntegersBeyond64BitsAreErrors) {
  EXPECT_NE(error_of("{{ 9223372036854775807 + 1 }}").find("64 bits"), std::string::npos);
  EXPECT_NE(error_of("{{ 99999999999999999999 }}").find("64 bits"), std::string::npos);
  EXPECT_NE(error_of("{{ 2 ** 64 }}").find("64 bits"), std::string::npos);
}

TEST(JsonValue, RefusesWhatIsNoContext) {
  EXPECT_EQ(read_json_value("{", kFromInput, "c").error().message, "c: not JSON, at byte 2");
  EXPECT_FALSE(read_json_value("", kFromInput, "c"));
  EXPECT_FALSE(read_json_value("99999999999999999999", kFromInput, "c"));
  const std::string bomb = std::string(100'000, '[');
  EXPECT_EQ(read_json_value(bomb, kFromInput, "c").error().message,
            "c: more than 64 JSON lists and objects inside one another");
}

}  // namespace
}  // namespace ondol::jinja
