#include "server/openai/text_answer.h"

#include "server/recorded_answer.h"

namespace ondol {
namespace {

TokenReport report_on(std::string_view bytes, float log_probability, std::vector<TokenLikelihood> top = {}) {
  TokenReport report{.chosen = {.token = TokenId{0}, .log_probability = log_probability}, .top = std::move(top)};
  report.text = bytes;
  return report;
}

void finish(AnswerSink& sink, int choice, std::string_view text) {
  Generated generated;
  generated.tokens.resize(2);
  generated.n_prompt_tokens = 3;
  sink.finish(choice, {.answer = {.text = std::string(text)}, .generated = std::move(generated)});
}

TEST(TextAnswer, EchoesPromptsAndCountsEachOnce) {
  const auto responder = std::make_shared<RecordedAnswer>();
  const std::vector<RawPrompt> prompts = {"one", std::vector<TokenId>{TokenId{'t'}, TokenId{'w'}, TokenId{'o'}}};
  const auto sink = text_answer(responder, {.n_prompts = 2, .n_each = 2, .echoed = prompts});
  sink->begin(byte_model());
  for (int choice = 0; choice < 4; ++choice) {
    sink->piece(choice, AnswerKind::kText, "!");
    finish(*sink, choice, "!");
  }
  sink->end();
  const Json answer = objects_of(*responder).front();
  EXPECT_EQ(answer["object"], "text_completion");
  std::string texts;
  for (const Json& choice : answer["choices"]) texts += choice["text"].get<std::string>() + choice["index"].dump();
  EXPECT_EQ(texts, "one!0one!1two!2two!3");
  EXPECT_EQ(answer["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(answer["choices"][0]["logprobs"], nullptr);
  EXPECT_EQ(answer["usage"].dump(), R"({"prompt_tokens":6,"completion_tokens":8,"total_tokens":14,)"
                                    R"("prompt_tokens_details":{"cached_tokens":0}})");
}

TEST(TextAnswer, StreamsLikelihoodsInTheLegacyForm) {
  const auto responder = std::make_shared<RecordedAnswer>();
  const auto sink =
      text_answer(responder, {.delivery = {.streams = true, .include_usage = true}, .has_likelihoods = true});
  sink->begin(byte_model());
  // "한" in two tokens, then "b", of which "c" is the likelier one
  sink->report(0, report_on("\xed\x95", -1));
  sink->report(0, report_on("\x9c", -0.5f));
  sink->piece(0, AnswerKind::kText, "한");
  sink->report(0, report_on("b", -2, {{.token = TokenId{'c'}, .log_probability = -0.25f}}));
  sink->piece(0, AnswerKind::kText, "b");
  finish(*sink, 0, "한b");
  sink->end();
  EXPECT_TRUE(responder->text.ends_with("data: [DONE]\n\n"));
  const auto chunks = objects_of(*responder);
  ASSERT_EQ(chunks.size(), 4u);
  EXPECT_EQ(chunks[0]["choices"][0].dump(),
            R"({"text":"한","index":0,"logprobs":{"tokens":["bytes:\\xed\\x95","bytes:\\x9c"],)"
            R"("token_logprobs":[-1.0,-0.5],"top_logprobs":[{"bytes:\\xed\\x95":-1.0},{"bytes:\\x9c":-0.5}],)"
            R"("text_offset":[0,1]},"finish_reason":null})");
  EXPECT_EQ(chunks[1]["choices"][0]["logprobs"].dump(),
            R"({"tokens":["b"],"token_logprobs":[-2.0],"top_logprobs":[{"c":-0.25,"b":-2.0}],"text_offset":[1]})");
  EXPECT_EQ(chunks[2]["choices"][0].dump(), R"({"text":"","index":0,"logprobs":null,"finish_reason":"stop"})");
  EXPECT_EQ(chunks[3]["choices"], Json::array());
  EXPECT_EQ(chunks[3]["usage"]["completion_tokens"], 2);
}

}  // namespace
}  // namespace ondol
