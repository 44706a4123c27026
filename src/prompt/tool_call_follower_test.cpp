#include "prompt/tool_call_follower.h"

#include <gtest/gtest.h>

#include "prompt/thinking.h"

namespace ondol {
namespace {

using enum CallPartKind;

// Marks of answers and of calls, brackets and quotes in texts, white space in texts and between values.
const std::vector<ToolCall> kCalls = {
    {"boiler_on",
     "{\"city\": \"서울 \\\"</tool_call> <think>\\\\\",\n \"days\": [1, {\"}\": []}], \"🔥\": \"[TOOL_CALLS]\"}", "a1"},
    {"g", "{ }", "b-2"},
};
constexpr const char* kWritten[] = {
    "{\"city\":\"서울 \\\"</tool_call> <think>\\\\\",\"days\":[1,{\"}\":[]}],\"🔥\":\"[TOOL_CALLS]\"}", "{}"};

bool has_id(const ToolCallSyntax& syntax) {
  return std::any_of(syntax.call.begin(), syntax.call.end(), [](const CallPart& part) { return part.kind == kCallId; });
}
bool is_python(const ToolCallSyntax& syntax) { return syntax.name == "lfm2"; }

// A message of `calls` as the family writes it.
std::string message_of(const ToolCallSyntax& syntax, const std::vector<ToolCall>& calls) {
  std::string text(syntax.begin);
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i > 0) text += syntax.separator;
    for (const CallPart& part : syntax.call) {
      text += part.kind == kLiteral  ? std::string(part.text)
              : part.kind == kName   ? calls[i].name
              : part.kind == kCallId ? calls[i].id
                                     : calls[i].arguments;
    }
  }
  return text.append(syntax.end);
}

struct Heard {
  std::vector<ToolCall> calls;
  int n_pieces = 0;
  Answer answer;
  std::string text;
};

// A model of that family, held to its calls, says `text` in pieces of `n_bytes`.
Heard hear(const ToolCallSyntax& family, std::string_view text, size_t n_bytes, bool holds_calls = true) {
  AnswerSyntax syntax;
  syntax.marks = {{"<think>", AnswerKind::kThinking}, {"</think>", AnswerKind::kText}};
  if (!family.trigger.empty()) syntax.marks.push_back({std::string(family.trigger), AnswerKind::kToolCall, true});
  syntax.tool_calls = &family;
  syntax.holds_calls = holds_calls;
  Heard heard;
  AnswerReader reader(
      syntax, [&](AnswerKind, std::string_view piece) { heard.text += piece; },
      [&](const CallPiece& piece) {
        ++heard.n_pieces;
        EXPECT_NE(piece.name.empty(), piece.arguments.empty());
        if (!piece.name.empty()) heard.calls.push_back({std::string(piece.name), "", std::string(piece.id)});
        heard.calls.back().arguments += piece.arguments;
      });
  for (; !text.empty(); text.remove_prefix(std::min(n_bytes, text.size()))) reader.push(text.substr(0, n_bytes));
  heard.answer = reader.finish();
  return heard;
}

TEST(ToolCallFollower, HearsTheCallsOfEachFamilyAsTheyAreWritten) {
  for (const ToolCallSyntax& family : tool_call_syntaxes()) {
    std::vector<ToolCall> said = kCalls;
    if (!family.several) said.pop_back();
    const std::string text = message_of(family, said);
    for (const size_t n_bytes : {1u, 2u, 7u, 1000u}) {
      const Heard heard = hear(family, text, n_bytes);
      if (is_python(family)) {
        EXPECT_EQ(heard.n_pieces, 0);
        continue;
      }
      ASSERT_EQ(heard.calls.size(), said.size()) << family.name << ", pieces of " << n_bytes;
      for (size_t i = 0; i < said.size(); ++i) {
        EXPECT_EQ(heard.calls[i].name, said[i].name) << family.name;
        EXPECT_EQ(heard.calls[i].id, has_id(family) ? said[i].id : "") << family.name;
        EXPECT_EQ(heard.calls[i].arguments, kWritten[i]) << family.name << ", pieces of " << n_bytes;
      }
      if (n_bytes == 1) { EXPECT_GT(heard.n_pieces, 80) << family.name; }
      EXPECT_EQ(heard.answer.tool_calls, heard.calls) << family.name;
      EXPECT_FALSE(heard.answer.cut_call) << family.name;
      EXPECT_EQ(heard.text + heard.answer.text, "") << family.name;
    }
  }
}

TEST(ToolCallFollower, HearsWhatTheReaderReadsAtTheEnd) {
  for (const ToolCallSyntax& family : tool_call_syntaxes()) {
    if (is_python(family)) continue;
    const std::vector<ToolCall> said = {{"f", R"({"city":"서울","days":[3,-1.5],"x":{"y":null}})", "id1"}};
    const std::string text = message_of(family, said);
    EXPECT_EQ(hear(family, text, 3).calls, hear(family, text, 3, /*holds_calls=*/false).answer.tool_calls)
        << family.name;
  }
}

TEST(ToolCallFollower, KeepsACallThatIsCutAsFarAsItWasTold) {
  for (const ToolCallSyntax& family : tool_call_syntaxes()) {
    if (is_python(family)) continue;
    const std::string text = message_of(family, {kCalls[0]});
    for (size_t n = 0; n < text.size(); ++n) {
      const Heard heard = hear(family, text.substr(0, n), 5);
      std::vector<ToolCall> kept = heard.answer.tool_calls;
      if (heard.answer.cut_call) {
        EXPECT_EQ(heard.answer.cut_call->text, text.substr(0, n)) << family.name;
        kept.push_back(heard.answer.cut_call->call);
      }
      EXPECT_EQ(kept, heard.calls) << family.name << ", " << n << " bytes";
      const bool is_whole = !kept.empty() && kept[0].arguments == kWritten[0];
      EXPECT_EQ(heard.answer.cut_call.has_value(), !kept.empty() && !is_whole) << family.name << ", " << n << " bytes";
    }
  }
}

TEST(ToolCallFollower, TellsNothingOfWhatIsNoCall) {
  const ToolCallSyntax& hermes = *find_tool_call_syntax("hermes");
  for (const char* text : {"<tool_call>\nno json here", "<tool_call>{\"name\": \"f\", \"arguments\": [1]}</tool_call>",
                           "<tool_call>{\"name\": \"\", \"arguments\": {}}", "<tool_call>{\"nam"}) {
    const Heard heard = hear(hermes, text, 3);
    EXPECT_EQ(heard.n_pieces, 0) << text;
    EXPECT_EQ(heard.answer.text, text);
  }
  // what is escaped is read at the end
  const Heard escaped = hear(hermes, "<tool_call>{\"name\": \"a\\u0062\", \"arguments\": {}}</tool_call>", 3);
  EXPECT_EQ(escaped.n_pieces, 0);
  EXPECT_EQ(escaped.answer.tool_calls, (std::vector<ToolCall>{{"ab", "{}", ""}}));
}

TEST(ToolCallFollower, IsSilentWhereNoGrammarHoldsTheCalls) {
  const ToolCallSyntax& list = *find_tool_call_syntax("mistral-list");
  const Heard heard = hear(list, "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {}, \"id\": \"abc\"}]", 3, false);
  EXPECT_EQ(heard.n_pieces, 0);
  EXPECT_EQ(heard.answer.tool_calls, (std::vector<ToolCall>{{"f", "{}", "abc"}}));
}

TEST(ToolCallFollower, HearsABareCallOnlyWhereItIsOne) {
  const ToolCallSyntax& functionary = *find_tool_call_syntax("functionary-3.2");
  for (const size_t n_bytes : {1u, 2u, 1000u}) {
    const Heard heard = hear(functionary, "all\n{\"a\": 1} 안녕", n_bytes);
    EXPECT_EQ(heard.n_pieces, 0);
    EXPECT_EQ(heard.answer.text, "{\"a\": 1} 안녕");
  }
}

}  // namespace
}  // namespace ondol
