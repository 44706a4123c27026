#include "tune/trainer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/test_folder.h"
#include "tune/test_models.h"

namespace ondol {
namespace {

// Examples with a rule to learn: every token is the one before it plus one.
std::vector<Example> counting_examples(int64_t n) {
  std::vector<Example> examples;
  for (int64_t i = 0; i < n; ++i) {
    Example example;
    for (int64_t t = 0; t < 8; ++t) {
      example.tokens.push_back(static_cast<TokenId>((i + t) % 40));
      example.learns.push_back(t > 0);
    }
    examples.push_back(std::move(example));
  }
  return examples;
}

TrainOptions fast_options(int64_t n_steps) {
  TrainOptions options;
  options.batches = {.tokens_per_step = 64, .tokens_per_batch = 32};
  options.schedule = {.learning_rate = 1e-2, .warmup_steps = 2, .n_steps = n_steps};
  options.precision = Precision::kF32;
  return options;
}

Status ignore(const StepReport&) { return ok(); }

std::vector<std::vector<float>> values_of(const Network<float>& network) {
  std::vector<std::vector<float>> values;
  for (const Parameter<float>& p : network.parameters()) values.push_back(p.value);
  return values;
}

class TrainerTest : public ::testing::Test {
 protected:
  ThreadPool pool_{2};
  TestModel test_ = make_test_model(pool_);
  std::vector<Example> examples_ = counting_examples(40), held_out_ = counting_examples(5);
  TestFolder folder_;
};

TEST_F(TrainerTest, LearnsARule) {
  auto network = Network<float>::full(test_.model);
  Trainer trainer(*network, examples_, held_out_, pool_, fast_options(150), {});
  const double before = *trainer.held_out_loss();
  const auto result = trainer.run(ignore);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(before, 3);
  EXPECT_LT(*result->held_out_loss, 0.1);
}

TEST_F(TrainerTest, ARunInSlicesEndsAsOneWithout) {
  auto whole = Network<float>::low_rank(test_.model, {.rank = 4, .dropout = 0.2f});
  ASSERT_TRUE(Trainer(*whole, examples_, {}, pool_, fast_options(30), {}).run(ignore));

  std::optional<Network<float>> sliced;
  int n_slices = 0;
  for (bool done = false; !done; ++n_slices) {
    ASSERT_LT(n_slices, 40);
    sliced.emplace(std::move(*Network<float>::low_rank(test_.model, {.rank = 4, .dropout = 0.2f})));
    TrainOptions options = fast_options(30);
    options.checkpoint = folder_.path("run");
    options.resume = n_slices > 0;
    Trainer trainer(*sliced, examples_, {}, pool_, options, {});
    int64_t n_done = 0;
    // A failing report ends the slice: what a full disk under the log does.
    const auto result = trainer.run([&](const StepReport&) -> Status {
      return ++n_done < 7 ? ok() : tl::make_unexpected(Error{ErrorKind::kIo, "full"});
    });
    done = result.has_value();
  }
  EXPECT_GT(n_slices, 2);
  EXPECT_EQ(values_of(*whole), values_of(*sliced));
}

TEST_F(TrainerTest, RefusesTheCheckpointOfAnotherRun) {
  TrainOptions options = fast_options(4);
  options.checkpoint = folder_.path("run");
  auto network = Network<float>::full(test_.model);
  ASSERT_TRUE(Trainer(*network, examples_, {}, pool_, options, {}).run(ignore));
  options.resume = true;
  Digest other{};
  other[0] = 1;
  const auto of_other_data = Trainer(*network, examples_, {}, pool_, options, other).run(ignore);
  ASSERT_FALSE(of_other_data);
  EXPECT_EQ(of_other_data.error().kind, ErrorKind::kBadInput);
  options.schedule.learning_rate = 2e-2;
  EXPECT_FALSE(Trainer(*network, examples_, {}, pool_, options, {}).run(ignore));
  folder_.write("run", std::string_view("nothing of the kind"));
  EXPECT_FALSE(Trainer(*network, examples_, {}, pool_, options, {}).run(ignore));
}

TEST_F(TrainerTest, SaysThatLearningDiverged) {
  TrainOptions options = fast_options(200);
  options.schedule.learning_rate = 30;
  options.optimizer.clip = 0;
  auto network = Network<float>::full(test_.model);
  const auto result = Trainer(*network, examples_, {}, pool_, options, {}).run(ignore);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kBadInput);
  EXPECT_NE(result.error().message.find("diverged"), std::string::npos) << result.error().message;
}

TEST_F(TrainerTest, EpochsCutIntoStepsAndShares) {
  auto network = Network<float>::full(test_.model);
  TrainOptions options = fast_options(0);
  options.n_epochs = 2.5;  // 40 examples of 8 tokens, 8 of them a step
  EXPECT_EQ(Trainer(*network, examples_, {}, pool_, options, {}).n_steps(), 13);
}

// Made with torch.optim.AdamW (PyTorch 2, float32) from the same numbers: decay 0.1 of the matrix, none of the vector.
TEST(AdamWTest, AgreesWithPyTorch) {
  ThreadPool pool(1);
  const TestModel test = make_test_model(pool);
  const float gradients[3][6] = {{0.1f, -0.2f, 0.3f, 0.4f, 0.05f, -0.6f},
                                 {-0.3f, 0.25f, 0.5f, -0.1f, 0.2f, 0.1f},
                                 {0.02f, 0.0f, -0.9f, 0.7f, -0.4f, 0.3f}};
  struct Case {
    double clip;
    std::vector<double> norms, values;
  };
  const Case cases[] = {{0, {}, {0.496860087, -1.23915875, 1.97544837, 0.102616489, 0.733713329, -0.483695745}},
                        {0.5,
                         {0.8139410614967346, 0.6800735592842102, 1.2451505661010742},
                         {0.497804821, -1.24064267, 1.97301042, 0.103408143, 0.731462896, -0.483055264}}};
  for (const Case& c : cases) {
    auto network = Network<float>::frozen(test.model);
    auto& parameters = network->parameters();
    parameters.clear();
    parameters.push_back({"matrix", 2, 2, true, {0.5f, -1.25f, 2.0f, 0.125f}, std::vector<float>(4)});
    parameters.push_back({"vector", 1, 2, true, {0.75f, -0.5f}, std::vector<float>(2)});
    AdamW optimizer(*network, {.beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0.1, .clip = c.clip});
    for (size_t step = 0; step < 3; ++step) {
      std::copy_n(gradients[step], 4, parameters[0].gradient.begin());
      std::copy_n(gradients[step] + 4, 2, parameters[1].gradient.begin());
      const double norm = optimizer.step(pool, 0.01, 1);
      if (!c.norms.empty()) { EXPECT_NEAR(norm, c.norms[step], 1e-6); }
    }
    for (size_t i = 0; i < 6; ++i) {
      const float value = i < 4 ? parameters[0].value[i] : parameters[1].value[i - 4];
      EXPECT_NEAR(value, c.values[i], 3e-7) << i;
    }
  }
}

TEST(ScheduleTest, WarmsUpAndFalls) {
  const Schedule cosine{.learning_rate = 1, .final_share = 0.1, .warmup_steps = 4, .n_steps = 104};
  EXPECT_DOUBLE_EQ(cosine.at(0), 0.2);
  EXPECT_DOUBLE_EQ(cosine.at(3), 0.8);
  EXPECT_DOUBLE_EQ(cosine.at(4), 1);
  EXPECT_DOUBLE_EQ(cosine.at(54), 0.55);
  EXPECT_NEAR(cosine.at(103), 0.1, 1e-3);
  const Schedule linear{.kind = Schedule::Kind::kLinear, .learning_rate = 2, .final_share = 0, .n_steps = 10};
  EXPECT_DOUBLE_EQ(linear.at(5), 1);
  const Schedule constant{.kind = Schedule::Kind::kConstant, .learning_rate = 3, .n_steps = 10};
  EXPECT_DOUBLE_EQ(constant.at(9), 3);
}

}  // namespace
}  // namespace ondol
