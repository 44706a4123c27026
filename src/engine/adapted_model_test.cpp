// Models with adapters: what they compute, and that it does not depend on company.
#include <cmath>

#include "base/test_folder.h"
#include "engine/tiny_engine.h"
#include "kernel/exact.h"
#include "model/adapter/apply_adapters.h"
#include "model/linears.h"
#include "model/model_identity.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q8_0.h"

namespace ondol {
namespace {

LowRank random_low_rank(const NamedLinear& linear, int64_t rank, SplitMix64& random) {
  const WeightView& matrix = linear.linear->matrix;
  LowRank low_rank{
      .tensor = linear.name, .rank = rank, .n_rows = matrix.n_rows, .n_cols = matrix.n_cols, .scale = 0.5f};
  const auto numbers = [&](int64_t n) {
    std::vector<float> out(static_cast<size_t>(n));
    for (float& number : out) number = static_cast<float>(random.uniform() - 0.5) * 0.5f;
    return out;
  };
  low_rank.a = numbers(rank * matrix.n_cols);
  low_rank.b = numbers(matrix.n_rows * rank);
  return low_rank;
}

// An adapter of every matrix, the head among them.
Adapter full_adapter(Model& model, int64_t rank, uint64_t seed) {
  SplitMix64 random(seed);
  Adapter adapter{.architecture = "llama", .alpha = static_cast<float>(rank) / 2};
  for (const NamedLinear& linear : linears(model)) adapter.matrices.push_back(random_low_rank(linear, rank, random));
  return adapter;
}

Model load_tiny(const Checkpoint& checkpoint) {
  ThreadPool pool(1);
  auto model = load_model(checkpoint, "tiny", pool);
  EXPECT_TRUE(model) << model.error().message;
  return std::move(*model);
}

// The tiny model, with W + scale * B A computed in double where the adapters say so.
Model merged_model(std::span<const ScaledAdapter> adapters) {
  Checkpoint checkpoint = *make_random_checkpoint(kTinyShape, dtype_of<F32>, 3);
  for (const ScaledAdapter& given : adapters) {
    for (const LowRank& low_rank : given.adapter.matrices) {
      for (NamedTensor& tensor : checkpoint.tensors) {
        if (tensor.name != low_rank.tensor) continue;
        const auto bytes =
            std::make_shared<std::vector<uint8_t>>(tensor.view.data, tensor.view.data + tensor.view.size_bytes());
        auto* weights = reinterpret_cast<float*>(bytes->data());
        for (int64_t row = 0; row < low_rank.n_rows; ++row) {
          for (int64_t col = 0; col < low_rank.n_cols; ++col) {
            double sum = 0;
            for (int64_t i = 0; i < low_rank.rank; ++i) {
              sum += double{low_rank.b[static_cast<size_t>(row * low_rank.rank + i)]} *
                     double{low_rank.a[static_cast<size_t>(i * low_rank.n_cols + col)]};
            }
            float& weight = weights[row * low_rank.n_cols + col];
            weight = static_cast<float>(double{weight} + sum * double{low_rank.scale} * double{given.scale});
          }
        }
        tensor.view.data = bytes->data();
        checkpoint.buffers.push_back(bytes);
      }
    }
  }
  return load_tiny(checkpoint);
}

std::vector<float> all_logits(const Model& model, std::span<const TokenId> tokens, int n_threads,
                              const EngineOptions& options) {
  ThreadPool pool(n_threads);
  const auto engine = tiny_engine(model, pool, options);
  std::vector<float> logits;
  const Engine::Input input{*engine->open(), tokens, true};
  const Status fed = engine->step({&input, 1}, [&](const Engine::Rows& rows) {
    logits.insert(logits.end(), rows.logits, rows.logits + rows.n_rows * model.hp.vocab_size);
  });
  EXPECT_TRUE(fed) << fed.error().message;
  return logits;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(double{a[i]} - double{b[i]}));
  return largest;
}

TEST(AdaptedModel, ComputesWhatAMergedOneDoes) {
  Model model = load_tiny(*make_random_checkpoint(kTinyShape, dtype_of<F32>, 3));
  SplitMix64 random(1);
  const std::vector<TokenId> text = random_text(40, random);
  const EngineOptions exact{.kv_type = KvType::kF32, .kernel = &exact_kernels()};
  const auto without = all_logits(model, text, 2, exact);
  const std::vector<ScaledAdapter> adapters = {{"first", full_adapter(model, 3, 1), 1.5f},
                                               {"second", full_adapter(model, 17, 2), -0.5f}};
  ASSERT_TRUE(apply_adapters(model, adapters));
  const auto with = all_logits(model, text, 2, exact);
  // Logits have a spread of about one; f32 sums over 96 columns round to some 1e-6 of it a layer.
  EXPECT_LT(largest_difference(with, all_logits(merged_model(adapters), text, 2, exact)), 2e-5);
  EXPECT_GT(largest_difference(with, without), 0.1);
}

TEST(AdaptedModel, LogitsAreBitEqualForEveryCutAndThreadCount) {
  Model model = tiny_model();
  SplitMix64 random(2);
  const std::vector<TokenId> text = random_text(75, random);
  ASSERT_TRUE(apply_adapters(model, std::vector<ScaledAdapter>{{"a", full_adapter(model, 5, 3)}}));
  const auto expected = all_logits(model, text, 1, {.max_step_tokens = 1});
  for (const int64_t step : {7, 33, 512}) {
    for (const int n_threads : {1, 3}) {
      EXPECT_TRUE(equal_bits(all_logits(model, text, n_threads, {.max_step_tokens = step}), expected)) << step;
    }
  }
}

TEST(AdaptedModel, WithoutAdaptersItIsTheBaseModelAgain) {
  Model model = tiny_model();
  SplitMix64 random(3);
  const std::vector<TokenId> text = random_text(20, random);
  const auto base = all_logits(model, text, 1, {});
  const Digest identity = model_identity(model);
  ASSERT_TRUE(apply_adapters(model, std::vector<ScaledAdapter>{{"a", full_adapter(model, 4, 3)}}));
  EXPECT_FALSE(equal_bits(all_logits(model, text, 1, {}), base));
  EXPECT_NE(model_identity(model), identity);
  ASSERT_TRUE(apply_adapters(model, {}));
  EXPECT_TRUE(equal_bits(all_logits(model, text, 1, {}), base));
  EXPECT_EQ(model_identity(model), identity);
}

TEST(AdaptedModel, EveryMatrixAndScaleMakesItAnother) {
  Model model = tiny_model();
  const Adapter all = full_adapter(model, 2, 5);
  std::vector<Digest> identities;
  const auto add = [&](const Adapter& adapter, float scale) {
    ASSERT_TRUE(apply_adapters(model, std::vector<ScaledAdapter>{{"a", adapter, scale}}));
    identities.push_back(model_identity(model));
  };
  add(all, 1);
  add(all, 0.5f);
  for (const LowRank& matrix : all.matrices) {
    if (matrix.tensor == "output.weight") continue;  // keys and values do not depend on the head
    add({.architecture = "llama", .alpha = 1, .matrices = {matrix}}, 1);
  }
  std::sort(identities.begin(), identities.end());
  EXPECT_EQ(std::adjacent_find(identities.begin(), identities.end()), identities.end());
}

TEST(AdaptedModel, GreedyStepsFindTheSameHighestLogit) {
  Model model = tiny_model();
  SplitMix64 random(4);
  const std::vector<TokenId> text = random_text(12, random);
  ASSERT_TRUE(apply_adapters(model, std::vector<ScaledAdapter>{{"a", full_adapter(model, 4, 6), 4}}));
  ThreadPool pool(2);
  const auto engine = tiny_engine(model, pool, {});
  const std::vector<float> all = last_logits(*engine, *engine->open(), text);
  const auto greedy = tiny_engine(model, pool, {});
  std::vector<float> highest;
  const Engine::Input input{*greedy->open(), text, false, {.highest_only = true}};
  ASSERT_TRUE(greedy->step(
      {&input, 1}, [&](const Engine::Rows& rows) { highest.assign(rows.logits, rows.logits + model.hp.vocab_size); }));
  EXPECT_EQ(std::max_element(all.begin(), all.end()) - all.begin(),
            std::max_element(highest.begin(), highest.end()) - highest.begin());
}

class AdapterScales : public ::testing::Test {
 protected:
  static constexpr float kOff[] = {0, 0}, kOne[] = {1, 0}, kBoth[] = {-0.5f, 2};

  Model adapted(std::span<const float> scales) {
    Model model = tiny_model();
    ThreadPool pool(1);
    EXPECT_TRUE(apply_adapters(model, std::vector<ScaledAdapter>{{"a", full_adapter(model, 3, 1), scales[0]},
                                                                 {"b", full_adapter(model, 17, 2), scales[1]}}));
    return model;
  }
  static std::vector<float> row(const Engine::Rows& rows) {
    return {rows.logits, rows.logits + rows.n_rows * kTinyShape.vocab_size};
  }

  SplitMix64 random_{6};
  const std::vector<TokenId> text_ = random_text(75, random_);
  ThreadPool pool_{2};
};

TEST_F(AdapterScales, OfASequenceComputeWhatTheyWouldAlone) {
  const Model model = adapted(kOne), base = tiny_model();
  const std::vector<std::span<const float>> scales = {kOff, kOne, {}, kBoth};
  const std::vector<std::vector<float>> expected = {all_logits(base, text_, 1, {}), all_logits(model, text_, 1, {}),
                                                    all_logits(model, text_, 1, {}),
                                                    all_logits(adapted(kBoth), text_, 1, {})};
  EXPECT_FALSE(equal_bits(expected[0], expected[1]));
  for (const int64_t step : {3, 40, 512}) {
    const auto engine = tiny_engine(model, pool_, {.max_sequences = 4, .max_step_tokens = step});
    std::vector<Engine::Input> inputs;
    for (const auto& of_sequence : scales) {
      const SequenceId sequence = *engine->open();
      ASSERT_TRUE(engine->set_adapter_scales(sequence, of_sequence));
      inputs.push_back({sequence, text_, true});
    }
    std::vector<std::vector<float>> logits(scales.size());
    ASSERT_TRUE(engine->step(inputs, [&](const Engine::Rows& rows) {
      const auto more = row(rows);
      logits[rows.input].insert(logits[rows.input].end(), more.begin(), more.end());
    }));
    for (size_t i = 0; i < scales.size(); ++i) EXPECT_TRUE(equal_bits(logits[i], expected[i])) << i << " " << step;
  }
}

TEST_F(AdapterScales, OfLastRowsAreTheirTokens) {
  const Model model = adapted(kOne);
  const auto engine = tiny_engine(model, pool_, {.max_sequences = 3});
  std::vector<Engine::Input> inputs;
  const std::vector<std::span<const float>> scales = {kBoth, kOff, kOne};
  for (const auto& of_sequence : scales) {
    inputs.push_back({*engine->open(), text_});
    ASSERT_TRUE(engine->set_adapter_scales(inputs.back().sequence, of_sequence));
  }
  ASSERT_TRUE(engine->step(inputs, [&](const Engine::Rows& rows) {
    const auto all = all_logits(adapted(scales[rows.input]), text_, 1, {});
    EXPECT_TRUE(equal_bits(row(rows), {all.end() - kTinyShape.vocab_size, all.end()})) << rows.input;
  }));
}

TEST_F(AdapterScales, KeepTheirKeysAndValuesApart) {
  const TestFolder folder;
  const Model model = adapted(kOne);
  const EngineOptions options{.max_sequences = 2, .prompt_cache = folder.path("cache")};
  const auto reused = [&](Engine& engine, std::span<const float> scales) {
    const SequenceId sequence = *engine.open();
    EXPECT_TRUE(engine.set_adapter_scales(sequence, scales));
    const int64_t n = engine.reuse(sequence, text_);
    EXPECT_TRUE(engine.set_adapter_scales(sequence, {}));
    EXPECT_EQ(engine.length(sequence), 0);
    engine.close(sequence);
    return n;
  };
  {
    const auto engine = tiny_engine(model, pool_, options);
    const SequenceId sequence = *engine->open();
    ASSERT_TRUE(engine->set_adapter_scales(sequence, kBoth));
    last_logits(*engine, sequence, text_);
    ASSERT_TRUE(engine->save(sequence));
    engine->close(sequence);
    EXPECT_EQ(reused(*engine, kOne), 0);
    EXPECT_EQ(reused(*engine, {}), 0);
    EXPECT_EQ(reused(*engine, kBoth), 74);
  }
  const auto later = tiny_engine(model, pool_, options);
  EXPECT_EQ(reused(*later, kOff), 0);
  EXPECT_EQ(reused(*later, kBoth), 64);
  const auto base = tiny_model();
  EXPECT_EQ(reused(*tiny_engine(base, pool_, options), {}), 0);
}

TEST_F(AdapterScales, AreAsManyAsThereAreAdapters) {
  const Model model = adapted(kOne);
  const auto engine = tiny_engine(model, pool_, {});
  const SequenceId sequence = *engine->open();
  for (const std::vector<float>& wrong : {std::vector<float>{1}, {1, 2, 3}, {1, std::nanf("")}}) {
    const Status refused = engine->set_adapter_scales(sequence, wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kBadInput);
  }
}

TEST(AdaptedModel, RefusesAdaptersOfAnotherModel) {
  Model model = tiny_model();
  Adapter adapter = full_adapter(model, 2, 7);
  const auto refused = [&](const Adapter& wrong, float scale = 1) {
    const Status status = apply_adapters(model, std::vector<ScaledAdapter>{{"a.gguf", wrong, scale}});
    EXPECT_FALSE(status);
    EXPECT_EQ(model.adapters.n_columns, 0);
    return status ? "" : status.error().message;
  };
  Adapter wrong = adapter;
  wrong.architecture = "gpt2";
  EXPECT_NE(refused(wrong).find("is for a gpt2 model, but the model is llama"), std::string::npos);
  wrong = adapter;
  wrong.matrices[0].tensor = "blk.9.attn_q.weight";
  EXPECT_NE(refused(wrong).find("no matrix blk.9.attn_q.weight"), std::string::npos);
  wrong = adapter;
  wrong.matrices[0].n_rows = 32;
  EXPECT_NE(refused(wrong).find("blk.0.attn_q.weight"), std::string::npos);
  EXPECT_NE(refused(adapter, std::nanf("")).find("not a finite number"), std::string::npos);
}

}  // namespace
}  // namespace ondol
