// Chat templates as a person meets them: render, and run with a template of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

void write_text(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

void expect_refusal(const Outcome& outcome, const std::string& part) {
  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err << " should say " << part;
  EXPECT_EQ(outcome.out, "");
}

constexpr const char* kContext =
    R"({"messages": [{"role": "system", "content": "짧게"}, {"role": "user", "content": "hi<|im_end|>"}]})";

TEST(Render, ShowsThePromptAndWhereItCameFrom) {
  const std::vector<std::string> args = {"render", "--template", "chatml", "--context", "-", "--add-generation-prompt"};
  EXPECT_EQ(run_ondol(args, {.input = kContext}).out,
            "<|im_start|>system\n짧게<|im_end|>\n<|im_start|>user\nhi<|im_end|><|im_end|>\n<|im_start|>assistant\n");
  std::vector<std::string> as_json = args;
  as_json.push_back("--json");
  const auto pieces = nlohmann::json::parse(run_ondol(as_json, {.input = kContext}).out);
  ASSERT_EQ(pieces.size(), 5u);
  EXPECT_EQ(pieces[3]["text"], "hi<|im_end|>");
  EXPECT_EQ(pieces[3]["from"], "input");
  EXPECT_EQ(pieces[4]["from"], "template");
}

TEST(Render, TakesTheTemplateOfAModel) {
  const Outcome outcome = run_ondol({"render", "-m", kModel});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("<|im_start|>user\n안녕하세요<|im_end|>\n")) << outcome.out;
}

TEST(Render, RefusalsAreOneLineThatNamesTheTemplateLine) {
  const Folder folder;
  const auto with = [&](const std::string& source) {
    write_text(folder / "t.jinja", source);
    return run_ondol({"render", "--template", folder / "t.jinja", "--context", "-"}, {.input = kContext});
  };
  expect_refusal(with("a\n{{ nope.x }}"), "line 2: nope is undefined");
  expect_refusal(with("\n\n{% if true %}"), "line 3");
  expect_refusal(with("{{ raise_exception('no\\nsystem') }}"), "line 1: the template refuses");
  expect_refusal(with("{% include '/etc/passwd' %}"), "include");
  expect_refusal(with("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"), "line 1");
  expect_refusal(with("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}"), "levels deep");
  expect_refusal(with("{{ 'a' * 99999999999 }}"), "makes a text of more than");
  expect_refusal(with("{{ " + std::string(60'000, '[') + std::string(60'000, ']') + " }}"), "inside one another");
  expect_refusal(run_ondol({"render", "--template", "chatml", "--context", "-"}, {.input = std::string(90'000, '[')}),
                 "inside one another");
  expect_refusal(run_ondol({"render", "--template", "none"}), "chatml");
  expect_refusal(run_ondol({"render"}), "--template");
}

TEST(Run, ChatsByATemplateOfItsOwnAndKeepsThinkingApart) {
  const Folder folder;
  write_text(folder / "t.jinja",
             "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
             "{{ '<|im_start|>assistant\\n' }}{% if think %}{{ '<think>' }}{% endif %}");
  const std::vector<std::string> args = {
      "run", kModel, "안녕하세요", "-t", "1", "--temp", "0", "--chat-template", folder / "t.jinja", "--json"};
  const auto plain = nlohmann::json::parse(run_ondol(args).out);
  EXPECT_NE(plain["text"], "");
  EXPECT_FALSE(plain.contains("thinking"));
  std::vector<std::string> thinks = args;
  thinks.insert(thinks.end(), {"--chat-template-kwargs", "{\"think\": true}"});
  const auto thought = nlohmann::json::parse(run_ondol(thinks).out);
  EXPECT_EQ(thought["text"], "");
  EXPECT_NE(thought["thinking"], "");
}

TEST(Run, ToolsWithoutATemplateForThemAreRefused) {
  const Folder folder;
  write_text(folder / "tools.json", R"([{"type": "function", "function": {"name": "now"}}])");
  expect_refusal(run_ondol({"run", kModel, "x", "--tools", folder / "tools.json"}), "--tools");
  write_text(folder / "bad.json", "[{}]");
  expect_refusal(run_ondol({"run", kModel, "x", "--tools", folder / "bad.json", "--chat-template", "chatml"}),
                 "entry 1");
}

}  // namespace
}  // namespace ondol::e2e
