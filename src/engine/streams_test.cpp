#include "engine/streams.h"

#include <filesystem>
#include <map>

#include "base/test_folder.h"
#include "engine/generate.h"
#include "engine/tiny_engine.h"

namespace ondol {
namespace {

GenerateOptions lively(int64_t max_tokens, uint64_t seed) {
  GenerateOptions options;
  options.sampler = {.temperature = 2, .repeat_penalty = 1.1f, .seed = seed};
  options.max_tokens = max_tokens;
  return options;
}

class StreamsTest : public ::testing::TestWithParam<KvType> {
 protected:
  // What the request says when nobody else is there.
  std::vector<TokenId> alone(const StreamRequest& request, int64_t context_length) {
    const auto engine = tiny_engine(model_, pool_, {.context_length = context_length, .kv_type = GetParam()});
    auto result = generate(*engine, *engine->open(), request.prompt, request.options, nullptr);
    EXPECT_TRUE(result) << result.error().message;
    return result->tokens;
  }

  const Model model_ = tiny_model();
  ThreadPool pool_{1};
};

// Requests and cancellations at random moments, more than there is room for.
TEST_P(StreamsTest, SayWhatEachWouldSayAlone) {
  for (uint64_t seed = 0; seed < 6; ++seed) {
    SplitMix64 random(seed);
    const int64_t step = 1 + random.below(3) * 20, context = GetParam() == KvType::kQ4_0 ? 192 : 96;
    const auto engine = tiny_engine(model_, pool_,
                                    {.context_length = context,
                                     .kv_type = GetParam(),
                                     .max_sequences = 1 + static_cast<int>(random.below(5)),
                                     .max_positions = random.below(2) == 0 ? 0 : context + 64,
                                     .max_step_tokens = step});
    double now = 0;
    Streams streams(*engine, [&] { return now += 1 + random.uniform(); });
    const auto beginning = random_text(context - 26, random);
    std::vector<StreamRequest> requests;
    std::map<size_t, Generated> ended;
    std::vector<StreamId> ids;
    std::vector<bool> cancelled;
    constexpr size_t kRequests = 14;
    while (requests.size() < kRequests || !streams.idle()) {
      if (requests.size() < kRequests && random.below(4) == 0) {
        StreamRequest request;
        request.prompt.assign(beginning.begin(), beginning.begin() + random.below(context - 26));
        const auto rest = random_text(1 + random.below(20), random);
        request.prompt.insert(request.prompt.end(), rest.begin(), rest.end());
        request.options = lively(random.below(3) == 0 ? -1 : random.below(30), random.next());
        requests.push_back(request);
        request.on_end = [&ended, i = ids.size()](Result<Generated> result) {
          ASSERT_TRUE(result) << result.error().message;
          EXPECT_TRUE(ended.emplace(i, std::move(*result)).second) << "ended twice";
        };
        const auto id = streams.add(std::move(request));
        ASSERT_TRUE(id);
        ids.push_back(*id);
        cancelled.push_back(false);
      }
      if (!ids.empty() && random.below(30) == 0) {
        const auto which = static_cast<size_t>(random.below(std::ssize(ids)));
        const bool was_running = !ended.contains(which) && !cancelled[which];
        EXPECT_EQ(streams.cancel(ids[which]), was_running);
        if (was_running) cancelled[which] = true;
        ASSERT_TRUE(streams.step());
        EXPECT_TRUE(ended.contains(which)) << "a cancelled stream ends with the next step";
      }
      ASSERT_TRUE(streams.step());
    }
    ASSERT_EQ(ended.size(), kRequests);
    for (size_t i = 0; i < kRequests; ++i) {
      const auto expected = alone(requests[i], context);
      auto got = ended[i].tokens;
      if (cancelled[i]) {
        EXPECT_EQ(ended[i].reason, FinishReason::kInterrupted);
        ASSERT_LE(got.size(), expected.size());
        got.insert(got.end(), expected.begin() + std::ssize(got), expected.end());
      }
      EXPECT_EQ(got, expected) << "seed " << seed << ", request " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(KvTypes, StreamsTest,
                         ::testing::Values(KvType::kF16, KvType::kQ8_0, KvType::kF32, KvType::kQ4_0));

// What is read at once does not depend on how fast this machine is.
double standing_clock() { return 0; }

class StreamsOrder : public ::testing::Test {
 protected:
  StreamsOrder() {
    engine_ = tiny_engine(model_, pool_, {.context_length = 128, .max_sequences = 3, .max_positions = 256});
  }

  StreamRequest request(int64_t n_prompt, int64_t n_answer, std::string name) {
    StreamRequest request;
    request.prompt = random_text(n_prompt, random_);
    request.options = lively(n_answer, 1);
    request.on_end = [this, name = std::move(name)](Result<Generated> result) {
      ended_ += name;
      last_ = std::move(result);
    };
    return request;
  }

  const Model model_ = tiny_model();
  ThreadPool pool_{1};
  SplitMix64 random_{1};
  std::unique_ptr<Engine> engine_;
  std::string ended_;
  std::optional<Result<Generated>> last_;
};

TEST_F(StreamsOrder, ARunningStreamNeverWaitsTwiceItsNormalStep) {
  double now = 0;
  Streams* steps = nullptr;
  const auto cost = [](int64_t n_decoding, int64_t n_prefill) {
    return 0.01 + 0.001 * static_cast<double>(n_decoding + n_prefill);
  };
  Streams streams(*engine_, [&] {
    if (steps != nullptr) now += cost(steps->last_step().n_decoding, steps->last_step().n_prefill);
    return now;
  });
  steps = &streams;
  ASSERT_TRUE(streams.add(request(5, 100, "a")));
  ASSERT_TRUE(streams.step());
  ASSERT_TRUE(streams.add(request(100, 10, "b")));
  int64_t n_prefill = 0;
  while (ended_.empty()) {
    ASSERT_TRUE(streams.step());
    const auto [n_decoding, n_chunk] = streams.last_step();
    ASSERT_GE(n_decoding, 1);
    EXPECT_LT(cost(n_decoding, n_chunk), 2 * cost(n_decoding, 0));
    n_prefill += n_chunk;
  }
  EXPECT_EQ(n_prefill, 100);
  EXPECT_EQ(ended_, "b");  // read and answered while the other went on
}

TEST_F(StreamsOrder, WhoDoesNotFitWaitsAndHoldsHisPlace) {
  Streams streams(*engine_, standing_clock);
  ASSERT_TRUE(streams.add(request(60, 60, "a")));   // 128 of 256 positions
  ASSERT_TRUE(streams.add(request(100, 28, "b")));  // the other 128
  ASSERT_TRUE(streams.add(request(90, 30, "c")));   // waits
  ASSERT_TRUE(streams.add(request(3, 3, "d")));     // would fit, but c came first
  while (!streams.idle()) ASSERT_TRUE(streams.step());
  EXPECT_EQ(ended_, "badc");
}

TEST_F(StreamsOrder, ACommonBeginningIsReadOnce) {
  Streams streams(*engine_, standing_clock);
  auto first = request(90, 4, "a"), second = request(90, 4, "b");
  std::copy_n(first.prompt.begin(), 80, second.prompt.begin());
  ASSERT_TRUE(streams.add(std::move(first)));
  ASSERT_TRUE(streams.step());
  ASSERT_TRUE(streams.add(std::move(second)));
  while (!streams.idle()) ASSERT_TRUE(streams.step());
  EXPECT_EQ(ended_, "ab");
  EXPECT_EQ((*last_)->n_prompt_tokens, 90);
  EXPECT_EQ((*last_)->n_cached_tokens, 64);
}

TEST_F(StreamsOrder, RefusesWhatCouldNeverRun) {
  Streams streams(*engine_, standing_clock);
  EXPECT_EQ(streams.add(request(129, 1, "")).error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(streams.add(request(0, 1, "")).error().kind, ErrorKind::kBadInput);
  auto odd = request(3, 1, "");
  odd.prompt[1] = TokenId{50};
  EXPECT_EQ(streams.add(std::move(odd)).error().kind, ErrorKind::kBadInput);
  EXPECT_TRUE(streams.idle());
  EXPECT_TRUE(streams.step());
}

TEST_F(StreamsOrder, WhoDoesNotFitIsOvertakenOnlySoOften) {
  const auto engine = tiny_engine(model_, pool_, {.context_length = 256, .max_sequences = 3, .max_positions = 256});
  Streams streams(*engine);
  ASSERT_TRUE(streams.add(request(20, 60, "a")));   // 3 of 8 pages
  ASSERT_TRUE(streams.add(request(200, 20, "C")));  // 7 of them
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(streams.add(request(3, 3, ".")));
  while (!streams.idle()) ASSERT_TRUE(streams.step());
  EXPECT_EQ(ended_, "........a....C");
}

TEST_F(StreamsOrder, AShortPromptDoesNotWaitForALongOne) {
  const auto engine = tiny_engine(model_, pool_, {.context_length = 256, .max_sequences = 8, .max_step_tokens = 8});
  Streams streams(*engine);
  ASSERT_TRUE(streams.add(request(200, 1, "L")));
  ASSERT_TRUE(streams.add(request(190, 1, "l")));
  ASSERT_TRUE(streams.step());
  int n_steps = 0;
  ASSERT_TRUE(streams.add(request(12, 1, "s")));
  for (; ended_.empty(); ++n_steps) ASSERT_TRUE(streams.step());
  EXPECT_EQ(ended_, "s");
  EXPECT_EQ(n_steps, 3);  // four tokens of each chunk of eight
  // New short ones take half of each chunk; the first long one has the other half.
  for (n_steps = 0; ended_.find('L') == std::string::npos; ++n_steps) {
    ASSERT_TRUE(streams.add(request(8, 1, "s")));
    ASSERT_TRUE(streams.step());
  }
  EXPECT_LE(n_steps, 200 / 3);
  while (!streams.idle()) ASSERT_TRUE(streams.step());
}

TEST_F(StreamsOrder, ACommonBeginningIsReadOnceAlsoWhenAllComeTogether) {
  Streams streams(*engine_, standing_clock);
  const auto beginning = random_text(70, random_);
  int64_t n_computed = 0;
  for (const int64_t n_own : {20, 10, 5}) {
    auto one = request(70 + n_own, 3, "");
    std::copy(beginning.begin(), beginning.end(), one.prompt.begin());
    one.on_prefill = [&n_computed](int64_t n_done, int64_t n_all) { n_computed += n_done == n_all ? n_all : 0; };
    one.options.max_tokens = 3;
    ASSERT_TRUE(streams.add(std::move(one)));
  }
  while (!streams.idle()) ASSERT_TRUE(streams.step());
  EXPECT_LE(n_computed, 90 + (80 - 64) + (75 - 64));
}

TEST_F(StreamsOrder, SaysHowFarAPromptIsRead) {
  const auto engine = tiny_engine(model_, pool_, {.context_length = 128, .max_sequences = 2, .max_step_tokens = 30});
  Streams streams(*engine);
  std::string told;
  for (const int64_t n_cached : {0, 64}) {
    auto one = request(80, 2, "");
    one.prompt.assign(80, TokenId{7});
    one.on_prefill = [&](int64_t n_done, int64_t n_all) {
      EXPECT_EQ(n_all, 80 - (n_cached == 0 ? 0 : 79));
      told += std::to_string(n_done) + " ";
    };
    ASSERT_TRUE(streams.add(std::move(one)));
    while (!streams.idle()) ASSERT_TRUE(streams.step());
  }
  EXPECT_EQ(told, "0 30 60 80 0 1 ");
}

TEST_F(StreamsOrder, TextsOfEndedStreamsAreWrittenBesideTheSteps) {
  const TestFolder folder;
  const EngineOptions options{.context_length = 128, .max_sequences = 2, .prompt_cache = folder.path("cache")};
  auto first = request(100, 5, "");
  const auto prompt = first.prompt;
  const auto n_files = [&] { return std::distance(std::filesystem::directory_iterator(options.prompt_cache), {}); };
  {
    const auto engine = tiny_engine(model_, pool_, options);
    double now = 0;
    Streams streams(*engine, [&] { return now; });  // no time goes by: one page a step
    ASSERT_TRUE(streams.add(std::move(first)));
    ASSERT_TRUE(streams.add(request(5, 20, "other")));
    while (streams.n_streams() > 1) ASSERT_TRUE(streams.step());
    EXPECT_EQ(n_files(), 1);
    ASSERT_TRUE(streams.step());
    EXPECT_EQ(n_files(), 2);
    while (!streams.idle()) ASSERT_TRUE(streams.step());
    EXPECT_EQ(n_files(), 4 + 1);  // 104 positions and 24
    EXPECT_FALSE(streams.take_save_error());
  }
  const auto engine = tiny_engine(model_, pool_, options);
  EXPECT_EQ(engine->reuse(*engine->open(), prompt), 96);
}

TEST_F(StreamsOrder, AReportComesForEachToken) {
  Streams streams(*engine_, standing_clock);
  std::vector<TokenId> reported;
  auto asking = request(5, 7, "a");
  asking.options.n_top_likelihoods = 3;
  asking.on_token = [&](const TokenReport& report) {
    reported.push_back(report.chosen.token);
    EXPECT_EQ(report.top.size(), 3u);
  };
  ASSERT_TRUE(streams.add(std::move(asking)));
  while (!streams.idle()) ASSERT_TRUE(streams.step());
  EXPECT_EQ(reported, (*last_)->tokens);
}

TEST_F(StreamsOrder, CallbacksMayAddAndCancel) {
  Streams streams(*engine_, standing_clock);
  std::optional<StreamId> other;
  auto first = request(5, 3, "a");
  first.on_end = [&](Result<Generated>) {
    ended_ += "a";
    EXPECT_TRUE(streams.cancel(*other));
    EXPECT_TRUE(streams.add(request(5, 3, "c")));
  };
  ASSERT_TRUE(streams.add(std::move(first)));
  const auto id = streams.add(request(5, 100, "b"));
  ASSERT_TRUE(id);
  other = *id;
  while (!streams.idle()) ASSERT_TRUE(streams.step());
  EXPECT_EQ(ended_, "abc");
}

}  // namespace
}  // namespace ondol
