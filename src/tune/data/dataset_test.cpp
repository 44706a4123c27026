#include "tune/data/dataset.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "base/test_folder.h"
#include "format/checkpoint.h"

namespace ondol {
namespace {

// The model of the repository, whose template is ChatML.
struct Chatting {
  std::shared_ptr<const Tokenizer> tokenizer;
  std::optional<ChatTemplate> chat;

  Chatting() {
    const auto checkpoint = open_checkpoint(ONDOL_SOURCE_DIR "/models/ondol-ko-tiny.gguf");
    tokenizer = *load_tokenizer(checkpoint->metadata);
    chat.emplace(*ChatTemplate::parse(*checkpoint->metadata.get_string("tokenizer.chat_template")));
  }
  std::string text(const Example& example) const { return tokenizer->decode(example.tokens, true); }
  // The learned stretches in [ ].
  std::string marked(const Example& example) const {
    std::string text;
    bool inside = false;
    for (size_t i = 0; i < example.tokens.size(); ++i) {
      if ((example.learns[i] != 0) != inside) text += inside ? "]" : "[";
      inside = example.learns[i] != 0;
      text += tokenizer->piece(example.tokens[i], true);
    }
    return text + (inside ? "]" : "");
  }
};

const Chatting& chatting() {
  static const Chatting chatting;
  return chatting;
}

DatasetOptions all_for_training(int64_t context_length = 256) {
  DatasetOptions options;
  options.rules.context_length = context_length;
  options.held_out_share = 0;
  return options;
}

Result<Dataset> read(const std::vector<std::string>& paths, const DatasetOptions& options, bool chats = true) {
  const Chatting& with = chatting();
  return read_dataset(paths, *with.tokenizer, chats ? &*with.chat : nullptr, options);
}

void expect_refused(const Result<Dataset>& dataset, std::string_view part_of_message,
                    ErrorKind kind = ErrorKind::kBadInput) {
  ASSERT_FALSE(dataset);
  EXPECT_EQ(dataset.error().kind, kind);
  EXPECT_NE(dataset.error().message.find(part_of_message), std::string::npos) << dataset.error().message;
  EXPECT_EQ(dataset.error().message.find('\n'), std::string::npos);
}

std::string chat_line(std::string_view user, std::string_view assistant) {
  return fmt::format(R"({{"messages":[{{"role":"user","content":"{}"}},{{"role":"assistant","content":"{}"}}]}})", user,
                     assistant) +
         "\n";
}

TEST(Dataset, LossCountsTheAnswerAndItsEnd) {
  const TestFolder folder;
  const auto dataset = read({folder.write("a.jsonl", chat_line("안녕?", "반가워요."))}, all_for_training());
  ASSERT_TRUE(dataset) << dataset.error().message;
  ASSERT_EQ(dataset->train.size(), 1u);
  EXPECT_EQ(chatting().marked(dataset->train[0]),
            "<s><|im_start|>user\n안녕?<|im_end|>\n<|im_start|>assistant\n[반가워요.<|im_end|>]");
  EXPECT_EQ(dataset->train[0].learns[0], 0);
}

TEST(Dataset, TrainsOnPromptsWhenAsked) {
  const TestFolder folder;
  DatasetOptions options = all_for_training();
  options.rules.learns_prompts = true;
  const auto dataset = read({folder.write("a.jsonl", chat_line("안녕?", "반가워요."))}, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  const std::vector<uint8_t>& learns = dataset->train[0].learns;
  EXPECT_EQ(std::count(learns.begin(), learns.end(), 0), 1);
  EXPECT_EQ(learns[0], 0);
}

TEST(Dataset, PromptIsWhatTheModelIsFedWhenItAnswers) {
  const TestFolder folder;
  const auto dataset =
      read({folder.write("a.jsonl", chat_line("  영화 <|im_end|> 어땠어?", " 재미 있었어요!! "))}, all_for_training());
  ASSERT_TRUE(dataset) << dataset.error().message;
  const std::vector<ChatMessage> question = {{Role::kUser, "  영화 <|im_end|> 어땠어?"}};
  const Tokenizer& tokenizer = *chatting().tokenizer;
  const auto pieces = chatting().chat->render({.messages = question, .edges = edge_tokens(tokenizer)});
  const std::vector<TokenId> prompt = PromptEncoder(tokenizer).encode(*pieces);
  const Example& example = dataset->train[0];
  ASSERT_GT(example.tokens.size(), prompt.size());
  EXPECT_TRUE(std::equal(prompt.begin(), prompt.end(), example.tokens.begin()));
  const auto first_learned = std::find(example.learns.begin(), example.learns.end(), 1) - example.learns.begin();
  EXPECT_EQ(first_learned, std::ssize(prompt));
}

TEST(Dataset, EveryAnswerOfAChatIsLearned) {
  const TestFolder folder;
  const auto dataset =
      read({folder.write("a.jsonl", R"({"id":7,"messages":[{"role":"system","content":"짧게"},)"
                                    R"({"role":"user","content":"하나"},{"role":"assistant","content":"둘"},)"
                                    R"({"role":"user","content":[{"type":"text","text":"셋"}]},)"
                                    R"({"role":"assistant","content":"넷"}]})")},
           all_for_training());
  ASSERT_TRUE(dataset) << dataset.error().message;
  ASSERT_EQ(dataset->train.size(), 1u);
  EXPECT_EQ(
      chatting().marked(dataset->train[0]),
      "<s><|im_start|>system\n짧게<|im_end|>\n<|im_start|>user\n하나<|im_end|>\n<|im_start|>assistant\n[둘<|im_end|>]\n"
      "<|im_start|>user\n셋<|im_end|>\n<|im_start|>assistant\n[넷<|im_end|>]");
}

TEST(Dataset, AnswersWhosePastTheTemplateRewritesStandAlone) {
  const TestFolder folder;
  const Chatting& with = chatting();
  // Thinking of an answer is shown as long as it is the last.
  const auto chat = ChatTemplate::parse(
      "{% for m in messages %}<|im_start|>{{ m.role }}\n"
      "{% if m.thinking is defined and loop.last %}({{ m.thinking }}){% endif %}{{ m.content }}<|im_end|>\n{% endfor %}"
      "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");
  const std::string path =
      folder.write("a.jsonl", R"({"messages":[{"role":"user","content":"a"},)"
                              R"({"role":"assistant","content":"b","reasoning_content":"t"},)"
                              R"({"role":"user","content":"c"},{"role":"assistant","content":"d"}]})");
  const auto dataset = read_dataset({path}, *with.tokenizer, &*chat, all_for_training());
  ASSERT_TRUE(dataset) << dataset.error().message;
  ASSERT_EQ(dataset->train.size(), 2u);
  EXPECT_EQ(with.marked(dataset->train[0]),
            "<s><|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n[(t)b<|im_end|>]");
  EXPECT_EQ(with.marked(dataset->train[1]),
            "<s><|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<|im_end|>\n"
            "<|im_start|>assistant\n[d<|im_end|>]");
}

TEST(Dataset, AnswersEndThoughTheTemplateWritesNoEnd) {
  const TestFolder folder;
  const Chatting& with = chatting();
  const auto chat = ChatTemplate::parse(
      "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% "
      "endif %}");
  const auto dataset =
      read_dataset({folder.write("a.jsonl", chat_line("a", "b"))}, *with.tokenizer, &*chat, all_for_training());
  ASSERT_TRUE(dataset) << dataset.error().message;
  const Example& example = dataset->train[0];
  EXPECT_TRUE(with.tokenizer->ends_generation(example.tokens.back()));
  EXPECT_EQ(with.marked(example), "<s>user: a\nassistant: [b<|im_end|>]");
}

// Most of their marks are plain text to this vocabulary, so that tokens span the border between prompt and answer.
TEST(Dataset, AnswersOfEveryBuiltInTemplateStandBehindItsPrompt) {
  const TestFolder folder;
  const Chatting& with = chatting();
  const Tokenizer& tokenizer = *with.tokenizer;
  const std::vector<ChatMessage> messages = {
      {Role::kUser, "안녕?"}, {Role::kAssistant, "네, 안녕!"}, {Role::kUser, "또?"}};
  const std::string path =
      folder.write("a.jsonl", R"({"messages":[{"role":"user","content":"안녕?"},)"
                              R"({"role":"assistant","content":"네, 안녕!"},{"role":"user","content":"또?"},)"
                              R"({"role":"assistant","content":" 네."}]})");
  std::istringstream names(chat_template_names());
  int n_templates = 0;
  for (std::string name; names >> name; ++n_templates) {
    if (name.ends_with(',')) name.pop_back();
    const auto chat = ChatTemplate::parse(builtin_chat_template(name));
    const auto dataset = read_dataset({path}, tokenizer, &*chat, all_for_training(2048));
    ASSERT_TRUE(dataset) << name << ": " << dataset.error().message;
    const Example& last = dataset->train.back();
    const auto pieces = chat->render({.messages = messages, .edges = edge_tokens(tokenizer)});
    const auto n_answer = std::find(last.learns.rbegin(), last.learns.rend(), 0) - last.learns.rbegin();
    const std::vector<TokenId> prompt(last.tokens.begin(), last.tokens.end() - n_answer);
    const std::vector<TokenId> answer(last.tokens.end() - n_answer, last.tokens.end());
    EXPECT_EQ(tokenizer.decode(prompt, true), tokenizer.decode(PromptEncoder(tokenizer).encode(*pieces), true)) << name;
    EXPECT_TRUE(tokenizer.decode(answer).find("네.") != std::string::npos) << name << with.marked(last);
    EXPECT_TRUE(tokenizer.ends_generation(answer.back())) << name;
  }
  EXPECT_GT(n_templates, 3);
}

TEST(Dataset, ThinkingThatThePromptOpensIsClosedBeforeTheAnswer) {
  const TestFolder folder;
  const Chatting& with = chatting();
  const auto chat = ChatTemplate::parse(builtin_chat_template("deepseek-r1"));
  const std::string path = folder.write("a.jsonl", R"({"messages":[{"role":"user","content":"a"},)"
                                                   R"({"role":"assistant","content":"<b>","thinking":"t"}]})");
  const auto dataset = read_dataset({path}, *with.tokenizer, &*chat, all_for_training());
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(with.marked(dataset->train[0]), "<s><｜User｜>a<｜Assistant｜><think>\n[t\n</think>\n\n<b><|im_end|>]");
}

TEST(Dataset, TemplatesThatAskInAnotherWayThanTheyAnswerAreRefused) {
  const TestFolder folder;
  const auto chat = ChatTemplate::parse(
      "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}bot: {% endif "
      "%}");
  expect_refused(
      read_dataset({folder.write("a.jsonl", chat_line("a", "b"))}, *chatting().tokenizer, &*chat, all_for_training()),
      "a.jsonl:1: the chat template writes an answer differently");
}

TEST(Dataset, PairsAreChatsWhereThereIsATemplate) {
  const TestFolder folder;
  const auto pairs =
      read({folder.write("a.jsonl", R"({"prompt":"안녕?","completion":"반가워요."})")}, all_for_training());
  const auto chats = read({folder.write("b.jsonl", chat_line("안녕?", "반가워요."))}, all_for_training());
  ASSERT_TRUE(pairs) << pairs.error().message;
  EXPECT_EQ(pairs->train[0].tokens, chats->train[0].tokens);
  EXPECT_EQ(pairs->identity, chats->identity);
}

TEST(Dataset, PairsAreTextWhereThereIsNone) {
  const TestFolder folder;
  const std::string path = folder.write("a.jsonl", R"({"prompt":"오늘은 ","completion":"맑아요."})");
  const auto dataset = read({path}, all_for_training(), false);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(chatting().text(dataset->train[0]), "<s>오늘은 맑아요.<|im_end|>");
  const Tokenizer& tokenizer = *chatting().tokenizer;
  const std::vector<TokenId> prompt = tokenizer.encode("오늘은 ", {.add_bos = tokenizer.wants_bos});
  EXPECT_TRUE(std::equal(prompt.begin(), prompt.end(), dataset->train[0].tokens.begin()));
  EXPECT_EQ(dataset->train[0].learns[prompt.size()], 1);
  expect_refused(read({folder.write("b.jsonl", chat_line("a", "b"))}, all_for_training(), false),
                 "b.jsonl:1: a chat, but the model has no chat template");
}

TEST(Dataset, AnswersMayBeJson) {
  const TestFolder folder;
  DatasetOptions options = all_for_training();
  options.file.columns = *parse_columns("prompt=text,completion=gold");
  const auto dataset = read(
      {folder.write("a.jsonl", R"({"text": "불 켜", "gold": {"b": [1, null], "a": "켜"}, "kind": "x"})")}, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_NE(chatting().marked(dataset->train[0]).find(R"([{"b":[1,null],"a":"켜"}<|im_end|>])"), std::string::npos)
      << chatting().marked(dataset->train[0]);
}

TEST(Dataset, TextIsCutAtTheContextAndNothingIsLost) {
  const TestFolder folder;
  std::string text;
  for (int i = 0; i < 400; ++i) text += fmt::format("{}번째 줄입니다.\n{}", i, i % 7 == 0 ? "\n" : "");
  const auto dataset = read({folder.write("a.txt", text)}, all_for_training(64));
  ASSERT_TRUE(dataset) << dataset.error().message;
  std::string joined;
  for (const Example& example : dataset->train) {
    EXPECT_LE(example.tokens.size(), 64u);
    EXPECT_GT(example.tokens.size(), 32u - 1);
    EXPECT_EQ(example.tokens[0], *chatting().tokenizer->bos);
    EXPECT_EQ(std::count(example.learns.begin(), example.learns.end(), 0), 1);
    const std::string piece = chatting().tokenizer->decode(std::span(example.tokens).subspan(1), true);
    joined += piece;
    EXPECT_TRUE(piece.ends_with("\n") || &example == &dataset->train.back()) << piece;
  }
  EXPECT_TRUE(joined == text + "<|im_end|>");
}

TEST(Dataset, TablesComeWithNamedColumnsAndLabels) {
  const TestFolder folder;
  DatasetOptions options = all_for_training();
  options.file.columns = *parse_columns("prompt=document,completion=label");
  options.file.labels = *parse_labels("0=부정,1=긍정");
  const std::string path = folder.write("a.tsv", "id\tdocument\tlabel\n1\t\"최고\" 였다, 정말\t1\n2\t별로\t0\n");
  const auto dataset = read({path}, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(chatting().marked(dataset->train[0]),
            "<s><|im_start|>user\n\"최고\" 였다, 정말<|im_end|>\n<|im_start|>assistant\n[긍정<|im_end|>]");
  EXPECT_EQ(dataset->train.size(), 2u);
  expect_refused(read({folder.write("b.tsv", "document\tlabel\na\t0\nb\t2\n")}, options),
                 "b.tsv:3: the label \"2\" is not in --map");
  expect_refused(read({folder.write("c.tsv", "document\tlabel\na\t0\nb\tc\t1\n")}, options),
                 "c.tsv:3: 3 fields, expected 2");
  options.file.columns = {};
  expect_refused(read({path}, options),
                 "a.tsv: its columns are id, document, label; expected messages | prompt + completion | text");
}

TEST(Dataset, EqualExamplesCountOnce) {
  const TestFolder folder;
  const std::string line = chat_line("a", "b");
  const auto dataset = read({folder.write("a.jsonl", line + chat_line("c", "d") + line)}, all_for_training());
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(dataset->train.size(), 2u);
  ASSERT_EQ(dataset->notes.size(), 1u);
  EXPECT_EQ(dataset->notes[0], "1 examples stand more than once and count once");
}

std::string many_lines(int n) {
  std::string lines;
  for (int i = 0; i < n; ++i) lines += chat_line(fmt::format("질문 {}", i / 2), fmt::format("답 {}", i));
  return lines;
}

TEST(Dataset, EqualPromptsFallOnOneSideAndStayThere) {
  const TestFolder folder;
  DatasetOptions options = all_for_training();
  options.held_out_share = 0.2;
  const auto few = read({folder.write("few.jsonl", many_lines(400))}, options);
  const auto more = read({folder.write("more.jsonl", many_lines(800))}, options);
  ASSERT_TRUE(few && more);
  const auto prompts = [](const std::vector<Example>& examples) {
    std::set<std::string> prompts;
    for (const Example& example : examples) {
      const std::string text = chatting().text(example);
      prompts.insert(text.substr(0, text.find("assistant")));
    }
    return prompts;
  };
  const auto few_held_out = prompts(few->held_out), more_held_out = prompts(more->held_out);
  EXPECT_EQ(few->held_out.size(), 2 * few_held_out.size());  // both answers of each prompt
  for (const std::string& prompt : few_held_out) EXPECT_EQ(more_held_out.count(prompt), 1u);
  for (const std::string& prompt : prompts(few->train)) EXPECT_EQ(more_held_out.count(prompt), 0u);
  EXPECT_NEAR(static_cast<double>(more_held_out.size()), 0.2 * 400, 4 * 8);  // binomial, four standard deviations
}

TEST(Dataset, PromptsOfAHeldOutFileAreNotTrainedOn) {
  const TestFolder folder;
  DatasetOptions options = all_for_training();
  options.held_out_paths = {folder.write("held.jsonl", chat_line("a", "b") + chat_line("e", "f"))};
  const auto dataset = read({folder.write("a.jsonl", chat_line("c", "d") + chat_line("a", "other"))}, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(dataset->train.size(), 1u);
  EXPECT_EQ(dataset->held_out.size(), 2u);
  ASSERT_EQ(dataset->notes.size(), 1u);
  EXPECT_NE(dataset->notes[0].find("a.jsonl:2"), std::string::npos) << dataset->notes[0];
}

TEST(Dataset, IdentityChangesWithWhatIsLearned) {
  const TestFolder folder;
  const std::string path = folder.write("a.jsonl", many_lines(40));
  DatasetOptions options = all_for_training();
  const auto first = read({path}, options), again = read({path}, options);
  EXPECT_EQ(first->identity.size(), 64u);
  EXPECT_EQ(first->identity, again->identity);
  options.rules.learns_prompts = true;
  EXPECT_NE(read({path}, options)->identity, first->identity);
  options = all_for_training();
  options.held_out_share = 0.3;
  EXPECT_NE(read({path}, options)->identity, first->identity);
  const std::string other = folder.write("b.jsonl", many_lines(40) + chat_line("x", "y"));
  EXPECT_NE(read({other}, all_for_training())->identity, first->identity);
}

TEST(Dataset, LongAndEmptyExamplesAreLeftOutAndNoted) {
  const TestFolder folder;
  std::string words;
  for (int i = 0; i < 100; ++i) words += "아주 긴 글 ";
  const std::string path =
      folder.write("a.jsonl", chat_line("a", "b") + chat_line("c", words) + chat_line("d", " ") + chat_line("e", "f"));
  DatasetOptions options = all_for_training(64);
  const auto dataset = read({path}, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(dataset->train.size(), 2u);
  ASSERT_EQ(dataset->notes.size(), 2u);
  EXPECT_NE(dataset->notes[0].find("a.jsonl:2: longer than the context of 64"), std::string::npos) << dataset->notes[0];
  EXPECT_NE(dataset->notes[1].find("a.jsonl:3"), std::string::npos) << dataset->notes[1];
  options.strict = true;
  expect_refused(read({path}, options), "a.jsonl:2: ");
}

TEST(Dataset, BadLinesAreNamed) {
  const TestFolder folder;
  const auto refused = [&](std::string_view text, std::string_view part) {
    expect_refused(read({folder.write("a.jsonl", chat_line("a", "b") + "\n" + std::string(text))}, all_for_training()),
                   part);
  };
  refused("{\"prompt\":\"\xED\xA0\x80\",\"completion\":\"b\"}\n", "a.jsonl:3: not UTF-8");
  refused("{\"prompt\": \"a\"", "a.jsonl:3: not JSON: at byte 14");
  refused("[1]", "a.jsonl:3: expected a JSON object");
  refused("{\"question\":\"a\",\"answer\":\"b\"}",
          "a.jsonl:3: expected messages | prompt + completion | text, found question, answer");
  refused("{\"prompt\":null,\"completion\":\"b\"}", "a.jsonl:3: \"prompt\" is null");
  refused("{\"messages\":\"a\"}", "a.jsonl:3: the chat is not a list");
  refused("{\"messages\":[{\"role\":\"bot\",\"content\":\"a\"}]}", "a.jsonl:3: message 0: expected \"role\"");
  refused("{\"messages\":[{\"from\":\"human\",\"value\":\"a\"}]}", "a.jsonl:3: message 0: expected \"role\"");
  refused("{\"messages\":[{\"role\":\"user\",\"content\":5}]}", "a.jsonl:3: message 0: \"content\" must be text");
  refused("{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"name\":\"b\"}]}",
          "message 0: \"name\" is not understood");
  refused("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", "a.jsonl:3: the last message");
  refused("{\"messages\":[]}", "a.jsonl:3: the last message");
  refused(R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"tools":[]})",
          "a.jsonl:3: the chat has tools, but the chat template knows none");
  refused("{\n{\n{\n", "(and 2 more bad lines)");
}

TEST(Dataset, ToolCallsAreRenderedByTemplatesThatKnowThem) {
  const TestFolder folder;
  const Chatting& with = chatting();
  const auto chat = ChatTemplate::parse(builtin_chat_template("qwen3"));
  ASSERT_TRUE(chat) << chat.error().message;
  const std::string path = folder.write(
      "a.jsonl",
      R"({"messages":[{"role":"user","content":"몇 도?"},{"role":"assistant","content":null,"tool_calls":[{"id":"1",)"
      R"("type":"function","function":{"name":"read","arguments":"{\"room\":\"방\"}"}}]}],)"
      R"("tools":[{"type":"function","function":{"name":"read","parameters":{"type":"object"}}}]})");
  const auto dataset = read_dataset({path}, *with.tokenizer, &*chat, all_for_training(1024));
  ASSERT_TRUE(dataset) << dataset.error().message;
  const std::string text = with.marked(dataset->train[0]);
  EXPECT_NE(text.find("\"parameters\": {\"type\": \"object\"}"), std::string::npos) << text;
  EXPECT_NE(text.find("{\"name\": \"read\", \"arguments\": {\"room\": \"방\"}}\n</tool_call><|im_end|>]"),
            std::string::npos)
      << text;
}

// The second reader's template is Gemma's.
TEST(Dataset, ATeacherReadsTheSameRecordsByItsOwnTemplate) {
  const TestFolder folder;
  const auto gemma = ChatTemplate::parse(builtin_chat_template("gemma"));
  ASSERT_TRUE(gemma) << gemma.error().message;
  DatasetOptions options = all_for_training();
  options.teacher = SecondReader{chatting().tokenizer.get(), &*gemma, 60};
  const std::string path = folder.write("a.jsonl", chat_line("안녕?", "반가워요.") + chat_line("안녕?", "반가워요.") +
                                                       chat_line("길게", std::string(200, 'x')));
  const auto dataset = read({path, folder.write("b.txt", "옛날 옛적에")}, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  ASSERT_EQ(dataset->train.size(), 3u);  // the second chat counts once with the first
  ASSERT_EQ(dataset->train_by_teacher.size(), 3u);
  const std::string first = chatting().marked(dataset->train_by_teacher[0]);
  EXPECT_NE(first.find("model\n[반가워요."), std::string::npos) << first;
  EXPECT_TRUE(dataset->train_by_teacher[1].tokens.empty());  // longer than its context
  EXPECT_EQ(chatting().text(dataset->train_by_teacher[2]), chatting().text(dataset->train[2]));

  options.teacher->chat = nullptr;
  expect_refused(read({path}, options), "a.jsonl:1: a chat, but the teacher");
}

TEST(Dataset, NothingToLearnIsRefused) {
  const TestFolder folder;
  expect_refused(read({folder.write("a.jsonl", "")}, all_for_training()), "the data holds no example");
  expect_refused(read({folder.write("a.txt", "\n \n")}, all_for_training()),
                 "no example to train on: 1 examples are left");
  expect_refused(read({folder.write("b.jsonl", chat_line("a", "yes") + chat_line("b", "yes"))}, all_for_training()),
                 "all 2 examples have one answer (\"yes\")");
  EXPECT_TRUE(read({folder.write("c.jsonl", chat_line("a", "yes"))}, all_for_training()));
  expect_refused(read({folder.write("d.bin", "a b\n")}, all_for_training()), "d.bin: cannot tell its format");
  expect_refused(read({folder.path("absent.jsonl")}, all_for_training()), "absent.jsonl: cannot open");
  DatasetOptions options = all_for_training();
  options.held_out_share = 0.7;
  expect_refused(read({folder.path("a.jsonl")}, options), "--held-out 0.7", ErrorKind::kUsage);
}

}  // namespace
}  // namespace ondol
