// The engine on small random models: results do not depend on company, and what cannot be done is refused.
#include "engine/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/test_folder.h"
#include "model/random_model.h"

namespace ondol {
namespace {

// Every k-quant fits its rows; the vocabulary does not fill its last panel; three query heads share a kv head.
constexpr ModelShape kShape{.name = "test",
                            .n_layers = 2,
                            .hidden_size = 256,
                            .n_heads = 6,
                            .n_kv_heads = 2,
                            .head_dim = 32,
                            .ffn_size = 512,
                            .vocab_size = 301,
                            .context_length = 256,
                            .tied = false};

Model make_model(DType type) {
  ThreadPool pool(1);
  auto checkpoint = make_random_checkpoint(kShape, type, 11);
  EXPECT_TRUE(checkpoint);
  auto model = load_model(*checkpoint, "random", pool);
  EXPECT_TRUE(model) << model.error().message;
  return std::move(*model);
}

std::vector<TokenId> random_tokens(size_t n, uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<TokenId> tokens(n);
  for (TokenId& token : tokens) token = static_cast<TokenId>(random.below(kShape.vocab_size));
  return tokens;
}

std::unique_ptr<Engine> make_engine(const Model& model, ThreadPool& pool, const EngineOptions& options) {
  auto engine = Engine::create(model, pool, options);
  EXPECT_TRUE(engine) << engine.error().message;
  return std::move(*engine);
}

// Logits of every token of the inputs, one vector an input; the inputs' tokens go into one step.
std::vector<std::vector<float>> all_logits(Engine& engine, const std::vector<std::vector<TokenId>>& texts) {
  std::vector<Engine::Input> inputs;
  for (const auto& text : texts) inputs.push_back({*engine.open(), text, true});
  std::vector<std::vector<float>> logits(texts.size());
  const int64_t vocab_size = engine.model().hp.vocab_size;
  const auto status = engine.step(inputs, [&](const Engine::Rows& rows) {
    EXPECT_EQ(rows.first_token * vocab_size, static_cast<int64_t>(logits[rows.input].size()));
    logits[rows.input].insert(logits[rows.input].end(), rows.logits, rows.logits + rows.n_rows * vocab_size);
  });
  EXPECT_TRUE(status) << status.error().message;
  for (const Engine::Input& input : inputs) engine.close(input.sequence);
  return logits;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

class EveryType : public ::testing::TestWithParam<std::tuple<std::string, KvType>> {
 protected:
  DType type() const { return *find_type(std::get<0>(GetParam())); }
  KvType kv_type() const { return std::get<1>(GetParam()); }
};

TEST_P(EveryType, LogitsAreBitEqualForEveryCutThreadCountAndNeighbour) {
  const Model model = make_model(type());
  // over two page borders, or where newer positions are read otherwise over their border, too
  const int64_t n = kv_type() == KvType::kQ4_0 ? 140 : 75;
  const auto text = random_tokens(static_cast<size_t>(n), 1);
  ThreadPool one_thread(1);
  const auto token_by_token = make_engine(model, one_thread, {.kv_type = kv_type(), .max_step_tokens = 1});
  const std::vector<float> expected = all_logits(*token_by_token, {text})[0];
  ASSERT_EQ(static_cast<int64_t>(expected.size()), n * kShape.vocab_size);

  for (const int n_threads : {1, 3}) {
    ThreadPool pool(n_threads);
    for (const int64_t step : {5, 33, 512}) {
      const auto engine = make_engine(model, pool, {.kv_type = kv_type(), .max_sequences = 4, .max_step_tokens = step});
      EXPECT_TRUE(same_bits(all_logits(*engine, {text})[0], expected)) << n_threads << " threads, " << step;
      const auto among_others =
          all_logits(*engine, {random_tokens(3, 2), random_tokens(40, 3), text, random_tokens(9, 4)});
      EXPECT_TRUE(same_bits(among_others[2], expected)) << n_threads << " threads, " << step << ", with neighbours";
    }
  }
}

TEST_P(EveryType, DecodingEqualsUncachedPrefill) {
  const Model model = make_model(type());
  ThreadPool pool(2);
  const auto engine = make_engine(model, pool, {.kv_type = kv_type(), .max_sequences = 2});
  const auto last_row = [&](SequenceId sequence, std::span<const TokenId> tokens) {
    std::vector<float> logits;
    const Engine::Input input{sequence, tokens};
    EXPECT_TRUE(engine->step({&input, 1}, [&](const Engine::Rows& rows) {
      EXPECT_EQ(rows.n_rows, 1);
      logits.assign(rows.logits, rows.logits + kShape.vocab_size);
    }));
    return logits;
  };
  std::vector<TokenId> text = random_tokens(kv_type() == KvType::kQ4_0 ? 120 : 20, 6);
  const SequenceId cached = *engine->open();
  std::vector<float> logits = last_row(cached, text);
  for (int i = 0; i < 25; ++i) {
    const SequenceId fresh = *engine->open();
    EXPECT_TRUE(same_bits(last_row(fresh, text), logits)) << text.size();
    engine->close(fresh);
    const auto next = std::max_element(logits.begin(), logits.end()) - logits.begin();
    text.push_back(static_cast<TokenId>(next));
    logits = last_row(cached, {&text.back(), 1});
  }
}

using TypePair = std::tuple<std::string, KvType>;

std::string type_names(const ::testing::TestParamInfo<TypePair>& info) {
  constexpr const char* kKvNames[] = {"KvF16", "KvQ8_0", "KvF32", "KvQ4_0"};
  return std::get<0>(info.param) + kKvNames[static_cast<int>(std::get<1>(info.param))];
}

TEST_P(EveryType, LogitsAreBitEqualHoweverTheWeightsLie) {
  ThreadPool pool(2);
  const TestFolder folder;
  for (const auto& [name, layout] : {std::pair("file", Layout::kFile), std::pair("run", Layout::kRun)}) {
    ASSERT_TRUE(write_random_model(folder.path(name), kShape, type(), 11, {.layout = layout}));
  }
  const auto text = random_tokens(40, 1);
  std::vector<std::vector<float>> logits;
  const auto add_logits = [&](const char* file, bool low_memory, WeightPlace place) {
    const auto model = load_model(folder.path(file), pool, {.low_memory = low_memory});
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(weight_place(*model), place);
    for (const int64_t n : {int64_t{1}, int64_t{40}}) {
      const auto engine = make_engine(*model, pool, {.kv_type = kv_type(), .max_step_tokens = n});
      logits.push_back(all_logits(*engine, {text})[0]);
    }
  };
  add_logits("file", false, WeightPlace::kRepacked);
  add_logits("file", true, WeightPlace::kFileLayout);
  add_logits("run", false, WeightPlace::kMapped);
  add_logits("run", true, WeightPlace::kMapped);
  for (const auto& other : logits) EXPECT_TRUE(same_bits(other, logits[0]));
}

TEST(Engine, SaysThatAMappedFileShrank) {
  ThreadPool pool(1);
  const TestFolder folder;
  ASSERT_TRUE(write_random_model(folder.path("m.gguf"), kShape, *find_type("Q8_0"), 11, {.layout = Layout::kRun}));
  const auto model = load_model(folder.path("m.gguf"), pool);
  ASSERT_TRUE(model);
  const auto engine = make_engine(*model, pool, {});
  std::filesystem::resize_file(folder.path("m.gguf"), 4096);
  const std::vector<TokenId> text = random_tokens(3, 1);
  const Engine::Input input{*engine->open(), text, false};
  const auto status = engine->step({&input, 1}, [](const Engine::Rows&) {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kIo);
}

INSTANTIATE_TEST_SUITE_P(Types, EveryType,
                         ::testing::Values(TypePair{"F32", KvType::kF32}, TypePair{"BF16", KvType::kF16},
                                           TypePair{"F16", KvType::kF16}, TypePair{"Q8_0", KvType::kQ8_0},
                                           TypePair{"Q4_0", KvType::kF16}, TypePair{"Q4_K", KvType::kQ8_0},
                                           TypePair{"Q6_K", KvType::kF16}, TypePair{"Q8_0", KvType::kQ4_0}),
                         type_names);

TEST(Engine, SequencesDecodeTogetherAsEachAlone) {
  const Model model = make_model(dtype_of<Q8_0>);
  ThreadPool pool(2);
  const auto engine = make_engine(model, pool, {.max_sequences = 3});
  const std::vector<std::vector<TokenId>> texts = {random_tokens(40, 1), random_tokens(31, 2), random_tokens(64, 3)};
  const auto alone = all_logits(*engine, {texts[0]});
  std::vector<Engine::Input> prompts, nexts;
  for (const auto& text : texts) {
    const SequenceId sequence = *engine->open();
    prompts.push_back({sequence, std::span(text).first(text.size() - 1)});
    nexts.push_back({sequence, std::span(text).last(1)});
  }
  std::vector<float> last(static_cast<size_t>(kShape.vocab_size));
  const auto keep_first = [&](const Engine::Rows& rows) {
    if (rows.input == 0) std::copy_n(rows.logits, last.size(), last.begin());
  };
  ASSERT_TRUE(engine->step(prompts, keep_first));
  ASSERT_TRUE(engine->step(nexts, keep_first));
  EXPECT_TRUE(same_bits(last, {alone[0].end() - kShape.vocab_size, alone[0].end()}));
  EXPECT_EQ(engine->length(prompts[2].sequence), 64);
}

TEST(Engine, TruncatedSequenceGoesOnAsIfTheRestHadNeverBeen) {
  const Model model = make_model(dtype_of<Q4_0>);
  ThreadPool pool(1);
  const auto engine = make_engine(model, pool, {.max_sequences = 2});
  const auto text = random_tokens(50, 1), other = random_tokens(50, 2);
  const auto expected = all_logits(*engine, {text})[0];
  const SequenceId sequence = *engine->open();
  const auto ignore = [](const Engine::Rows&) {};
  const Engine::Input start{sequence, std::span(text).first(37)}, wrong{sequence, other};
  ASSERT_TRUE(engine->step({&start, 1}, ignore));
  ASSERT_TRUE(engine->step({&wrong, 1}, ignore));
  engine->truncate(sequence, 37);
  EXPECT_EQ(engine->length(sequence), 37);
  std::vector<float> rest;
  const Engine::Input right{sequence, std::span(text).subspan(37), true};
  ASSERT_TRUE(engine->step({&right, 1}, [&](const Engine::Rows& rows) {
    rest.insert(rest.end(), rows.logits, rows.logits + rows.n_rows * kShape.vocab_size);
  }));
  EXPECT_TRUE(same_bits(rest, {expected.begin() + 37 * kShape.vocab_size, expected.end()}));
}

TEST(Engine, ReportsProgressAfterEveryPiece) {
  const Model model = make_model(dtype_of<Q8_0>);
  ThreadPool pool(1);
  const auto engine = make_engine(model, pool, {.max_step_tokens = 16});
  const auto text = random_tokens(40, 1);
  const Engine::Input input{*engine->open(), text};
  std::vector<int64_t> done;
  ASSERT_TRUE(engine->step(
      {&input, 1}, [](const Engine::Rows&) {}, [&](int64_t n) { done.push_back(n); }));
  EXPECT_EQ(done, (std::vector<int64_t>{16, 32, 40}));
}

TEST(Engine, RefusesWhatCannotBeAddedAndAddsNothing) {
  const Model model = make_model(dtype_of<Q8_0>);
  ThreadPool pool(1);
  const auto engine = make_engine(model, pool, {.context_length = 40, .max_sequences = 2});
  const SequenceId first = *engine->open(), second = *engine->open();
  const auto no_rows = [](const Engine::Rows&) { FAIL(); };
  const auto text = random_tokens(10, 1), long_text = random_tokens(41, 1);
  for (const int32_t id : {-1, 301, INT32_MAX}) {
    const std::vector<TokenId> bad = {TokenId{1}, static_cast<TokenId>(id)};
    const Engine::Input inputs[] = {{first, text}, {second, bad}};
    const auto status = engine->step(inputs, no_rows);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::kBadInput);
    EXPECT_EQ(engine->length(first), 0);
  }
  const Engine::Input inputs[] = {{first, text}, {second, long_text}};
  const auto status = engine->step(inputs, no_rows);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(engine->length(first), 0);
  const auto third = engine->open();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, ErrorKind::kRefused);
  engine->close(first);
  EXPECT_TRUE(engine->open());
}

TEST(Engine, RefusesOptionsTheModelCannotFollow) {
  const Model model = make_model(dtype_of<Q8_0>);
  ThreadPool pool(1);
  const auto kind = [&](const EngineOptions& options) { return Engine::create(model, pool, options).error().kind; };
  EXPECT_EQ(kind({.context_length = 257}), ErrorKind::kBadInput);
  EXPECT_EQ(kind({.context_length = 256, .max_sequences = INT32_MAX}), ErrorKind::kOutOfMemory);
  // all of it would be f16
  EXPECT_EQ(kind({.context_length = kRecentLength, .kv_type = KvType::kQ4_0}), ErrorKind::kBadInput);
  EXPECT_TRUE(Engine::create(model, pool, {.context_length = kRecentLength + 1, .kv_type = KvType::kQ4_0}));
}

TEST(Engine, SaysHowMuchMemoryItTakes) {
  const Model model = make_model(dtype_of<Q8_0>);
  const int64_t small = *Engine::size_bytes(model, 1, {.context_length = 64});
  const int64_t large = *Engine::size_bytes(model, 1, {.context_length = 256});
  EXPECT_EQ(large - small >= 6 * kv_cache_page_bytes(KvType::kF16, 2, 2, 32), true);
  const int64_t halved = *Engine::size_bytes(model, 1, {.context_length = 256, .kv_type = KvType::kQ8_0});
  EXPECT_LT(halved, large);
  const int64_t quarter = *Engine::size_bytes(model, 1, {.context_length = 256, .kv_type = KvType::kQ4_0});
  // and less for a step, which reads at most a block
  EXPECT_GE(large - quarter, 8 * kv_cache_page_bytes(KvType::kF16, 2, 2, 32) -
                                 (8 * kv_cache_page_bytes(KvType::kQ4_0, 2, 2, 32) +
                                  kRecentPages * kv_cache_page_bytes(KvType::kF16, 2, 2, 32)));
}

}  // namespace
}  // namespace ondol
