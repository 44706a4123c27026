#include "measure/task_accuracy.h"

#include <gtest/gtest.h>

#include "engine/conversation.h"
#include "format/checkpoint.h"
#include "grammar/regex.h"
#include "measure/perplexity.h"
#include "prompt/exchange.h"

namespace ondol {
namespace {

// The model of the repository.
struct Chatting {
  ThreadPool pool{1};
  Model model;
  std::optional<ChatTemplate> chat;

  Chatting() {
    auto loaded = load_model(ONDOL_SOURCE_DIR "/models/ondol-ko-tiny.gguf", pool);
    EXPECT_TRUE(loaded) << loaded.error().message;
    model = std::move(*loaded);
    chat.emplace(*ChatTemplate::parse(*model.metadata.get_string("tokenizer.chat_template")));
  }
  TaskOptions options(Task task) {
    return {.task = task, .chat = &*chat, .format = nullptr, .max_tokens = 12, .progress = nullptr};
  }
  // What `ondol run MODEL QUESTION --temp 0 -n 12` prints.
  std::string run(const std::string& question, const AnswerFormat* format) {
    const auto engine = *Engine::create(model, pool, {.context_length = 256});
    Conversation conversation(*engine, *engine->open(), *chat, {});
    GenerateOptions generate{.max_tokens = 12, .format = format};
    generate.sampler.temperature = 0;
    const auto reply = conversation.reply(question, generate, nullptr);
    EXPECT_TRUE(reply) << reply.error().message;
    return reply->answer.text;
  }
};

Chatting& chatting() {
  static Chatting chatting;
  return chatting;
}

std::vector<TaskCase> questions(const std::vector<std::string>& texts) {
  std::vector<TaskCase> cases;
  for (const std::string& text : texts) {
    cases.push_back({.line = std::ssize(cases) + 1, .question = {{Role::kUser, text}}, .prompt = text, .gold = "?"});
  }
  return cases;
}

const std::vector<std::string> kTexts = {"안녕하세요", "너는 누구야?", "배고파", "주말에 뭐 할까?", "고마워"};

TEST(TaskAccuracy, AnswersAreWhatRunPrints) {
  Chatting& with = chatting();
  std::vector<TaskCase> cases = questions(kTexts);
  cases[1].gold = with.run(kTexts[1], nullptr);
  cases[1].group = cases[2].group = "b";
  cases[0].group = cases[3].group = cases[4].group = "a";
  const auto accuracy = measure_task(with.model, with.pool, "data", cases, with.options(Task::kExact));
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  for (size_t i = 0; i < kTexts.size(); ++i) EXPECT_EQ(accuracy->answers[i].text, with.run(kTexts[i], nullptr));
  EXPECT_EQ(accuracy->n_right, 1);
  EXPECT_DOUBLE_EQ(accuracy->value, 0.2);
  ASSERT_EQ(accuracy->groups.size(), 2u);
  EXPECT_EQ(accuracy->groups[1].name, "b");
  EXPECT_EQ(accuracy->groups[1].n_right, 1);
  EXPECT_EQ(accuracy->groups[1].n_all, 2);
  EXPECT_GT(accuracy->n_tokens, 0);
}

TEST(TaskAccuracy, AnswersObeyTheFormat) {
  Chatting& with = chatting();
  AnswerFormat format;
  format.grammar = *regex_grammar("\\{\"n\":[0-9]\\}");
  format.vocabulary = std::make_shared<const MaskVocabulary>(*with.model.tokenizer);
  TaskOptions options = with.options(Task::kJson);
  options.format = &format;
  std::vector<TaskCase> cases = questions(kTexts);
  for (TaskCase& one : cases) one.gold = with.run(one.prompt, &format);
  const auto accuracy = measure_task(with.model, with.pool, "data", cases, options);
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  EXPECT_EQ(accuracy->n_json, std::ssize(cases));
  EXPECT_EQ(accuracy->n_right, std::ssize(cases));
}

TEST(TaskAccuracy, TheChoiceIsTheLikeliestWholeAnswer) {
  Chatting& with = chatting();
  const Tokenizer& tokenizer = *with.model.tokenizer;
  std::vector<TaskCase> cases = questions(kTexts);
  for (TaskCase& one : cases) one.choices = {"네.", "반가워요. 오늘 하루는 어땠어요?", "맛있는 거 드세요.", "!"};
  const auto accuracy = measure_task(with.model, with.pool, "data", cases, with.options(Task::kChoice));
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  // each answer alone behind its prompt, in one pass
  const auto engine = *Engine::create(with.model, with.pool, {.context_length = 256});
  const ExchangeEncoder encoder(tokenizer, &*with.chat, time_now());
  for (size_t i = 0; i < cases.size(); ++i) {
    double best = 1e30;
    std::string likeliest;
    for (const std::string& choice : cases[i].choices) {
      const auto exchange = encoder.completion(cases[i].prompt, choice);
      std::vector<TokenId> tokens = exchange->prompt;
      tokens.insert(tokens.end(), exchange->answer.begin(), exchange->answer.end());
      const SequenceId sequence = *engine->open();
      double loss = 0;
      const Engine::Input input{
          .sequence = sequence, .tokens = std::span(tokens).first(tokens.size() - 1), .all_logits = true};
      ASSERT_TRUE(engine->step({&input, 1}, [&](const Engine::Rows& rows) {
        for (int64_t row = 0; row < rows.n_rows; ++row) {
          const auto next = static_cast<size_t>(rows.first_token + row + 1);
          if (next < exchange->prompt.size()) continue;
          loss += token_loss(rows.logits + row * with.model.hp.vocab_size, with.model.hp.vocab_size, tokens[next]);
        }
      }));
      engine->close(sequence);
      if (loss < best) best = loss, likeliest = choice;
    }
    EXPECT_EQ(accuracy->answers[i].text, likeliest) << cases[i].prompt;
  }
}

TEST(TaskAccuracy, QuestionsThatCannotBeAskedAreNamed) {
  Chatting& with = chatting();
  std::vector<TaskCase> cases = questions({"a"});
  cases[0].question[0].text.assign(20000, 'a');
  auto accuracy = measure_task(with.model, with.pool, "data", cases, with.options(Task::kExact));
  ASSERT_FALSE(accuracy);
  EXPECT_EQ(accuracy.error().message.find("data:1: "), 0u) << accuracy.error().message;
  cases[0].prompt.clear();
  TaskOptions options = with.options(Task::kExact);
  options.chat = nullptr;
  accuracy = measure_task(with.model, with.pool, "data", cases, options);
  ASSERT_FALSE(accuracy);
  EXPECT_NE(accuracy.error().message.find("data:1: a chat, but"), std::string::npos) << accuracy.error().message;
}

}  // namespace
}  // namespace ondol
