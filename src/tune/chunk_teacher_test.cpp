#include "tune/chunk_teacher.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/test_folder.h"
#include "model/import/import.h"
#include "tune/loss.h"
#include "tune/test_models.h"
#include "tune/test_tokenizer.h"
#include "tune/trained_model.h"
#include "tune/trainer.h"

namespace ondol {
namespace {

// "abcdefgh…" from some letter on, which the teacher writes in pairs and the student in letters.
constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

std::vector<std::string> letters() {
  std::vector<std::string> pieces;
  for (char c = 'a'; c <= 'z'; ++c) pieces.emplace_back(1, c);
  return pieces;
}
std::vector<std::string> pairs() {
  std::vector<std::string> pieces = letters();
  for (char c = 'a'; c < 'y'; c = static_cast<char>(c + 3)) pieces.push_back({c, static_cast<char>(c + 1)});
  return pieces;
}

struct Party {
  ListTokenizer tokenizer;
  TestModel test;
  std::vector<Example> train{}, held_out{};
};

class ChunkTeacherTest : public ::testing::Test {
 protected:
  ChunkTeacherTest() {
    for (Party* party : {&teacher_, &student_}) {
      party->test.model.tokenizer = std::shared_ptr<const Tokenizer>(&party->tokenizer, [](const Tokenizer*) {});
      for (size_t i = 0; i < 52; ++i) {
        const Example example =
            party->tokenizer.exchange(kAlphabet.substr(i % 26, 2), kAlphabet.substr(i % 26 + 2, 9 + i % 5));
        (i % 9 == 0 ? party->held_out : party->train).push_back(example);
      }
    }
    auto network = Network<float>::full(teacher_.test.model);
    EXPECT_TRUE(Trainer(*network, teacher_.train, {}, pool_, options(60), {}).run(ignore));
    const ImportedModel trained = trained_model(std::move(teacher_.test.checkpoint), *network);
    EXPECT_TRUE(write_model(folder_.path("teacher.gguf"), trained, dtype_of<F32>, pool_, {}));
  }

  static Status ignore(const StepReport&) { return ok(); }
  static TrainOptions options(int64_t n_steps) {
    TrainOptions options;
    options.batches = {.tokens_per_step = 128, .tokens_per_batch = 64};
    options.schedule = {.learning_rate = 1e-2, .warmup_steps = 2, .n_steps = n_steps};
    options.precision = Precision::kF32;
    return options;
  }

  Result<std::unique_ptr<ChunkTeacher>> open(const std::string& cache, std::span<const Example> student,
                                             std::span<const Example> teacher) {
    Model model = std::move(*load_model(folder_.path("teacher.gguf"), pool_, {.low_memory = true}));
    model.tokenizer = teacher_.test.model.tokenizer;
    return ChunkTeacher::open({.path = "teacher.gguf", .cache = folder_.path(cache), .share = 1}, std::move(model),
                              {student, teacher, &student_.test.model}, "data");
  }
  // The mean divergence of `network` from the teacher over chunks of held-out examples.
  double held_out_distance(Network<float>& network) {
    const auto teacher = open("held-out", student_.held_out, teacher_.held_out);
    Compute<float> compute(pool_, Precision::kF32);
    std::vector<int64_t> all(student_.held_out.size());
    std::iota(all.begin(), all.end(), 0);
    double sum = 0;
    for (PackedBatch& batch : pack(student_.held_out, all, 64)) {
      const auto loss = (*teacher)->loss(compute, batch);
      sum += backprop(network, compute, batch, *loss, {.gradients = false});
    }
    return sum / static_cast<double>((*teacher)->n_chunks());
  }
  // A student who hears nothing but the teacher.
  Network<float> taught() {
    auto network = Network<float>::full(student_.test.model);
    const auto teacher = open("train", student_.train, teacher_.train);
    Trainer trainer(*network, student_.train, {}, pool_, options(60), {});
    trainer.set_loss([&](Compute<float>& compute, PackedBatch& batch) { return (*teacher)->loss(compute, batch); });
    EXPECT_TRUE(trainer.run(ignore));
    return std::move(*network);
  }

  ThreadPool pool_{2};
  TestFolder folder_;
  Party teacher_{ListTokenizer(pairs()), make_test_model(pool_)},
      student_{ListTokenizer(letters()), make_test_model(pool_)};
};

TEST_F(ChunkTeacherTest, TeachesAStudentThatWritesOtherTokens) {
  auto untaught = Network<float>::full(student_.test.model);
  Network<float> student = taught();
  const double before = held_out_distance(*untaught), after = held_out_distance(student);
  EXPECT_GT(before, 1);
  EXPECT_LT(after, before / 5);
  const Network<float> again = taught();  // from the cache
  for (size_t i = 0; i < again.parameters().size(); ++i) {
    EXPECT_EQ(student.parameters()[i].value, again.parameters()[i].value);
  }
}

// The likelihood of a chunk is computed once more, by a pass over one example alone.
TEST_F(ChunkTeacherTest, KeepsTheLikelihoodOfEveryChunk) {
  const auto teacher = open("one", student_.train, teacher_.train);
  ASSERT_TRUE(teacher) << teacher.error().message;
  Compute<float> compute(pool_, Precision::kF32);
  const std::vector<int64_t> chosen = {4, 1};
  PackedBatch batch = pack(student_.train, chosen, 1000)[0];
  // the student's own logits are all equal: every token has a 40th
  const auto loss = (*teacher)->loss(compute, batch);
  ASSERT_TRUE(loss) << loss.error().message;
  std::vector<float> logits(batch.targets.size() * kTestShape.vocab_size);
  const double found = (*loss)(0, std::ssize(batch.targets), logits.data());

  const Model model = std::move(*load_model(folder_.path("teacher.gguf"), pool_, {.low_memory = true}));
  auto network = Network<float>::frozen(model);
  double expected = 0;
  size_t n_chunks = 0;
  for (const int64_t example : chosen) {
    const Example& read = teacher_.train[static_cast<size_t>(example)];
    for (const AlignedChunk& chunk :
         align_chunks(student_.train[static_cast<size_t>(example)], student_.tokenizer, read, teacher_.tokenizer)) {
      double log_p = 0;
      for (int64_t t = chunk.teacher_first; t < chunk.teacher_first + chunk.n_teacher; ++t) {
        PackedBatch one{.tokens = {read.tokens.begin(), read.tokens.begin() + t},
                        .sequences = {{0, t}},
                        .targets = {{t - 1, read.tokens[static_cast<size_t>(t)]}}};
        log_p -=
            backprop(*network, compute, one, label_loss(compute, one, kTestShape.vocab_size), {.gradients = false});
      }
      const double p = std::exp(log_p), q = std::pow(1.0 / 40, static_cast<double>(chunk.n_student));
      expected += p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q));
      ++n_chunks;
    }
  }
  EXPECT_GT(n_chunks, 10u);
  EXPECT_NEAR(found, expected, 1e-4 * expected);
  // targets of one chunk stay together
  const auto n_joined =
      std::count_if(batch.targets.begin(), batch.targets.end(), [](const auto& t) { return t.joins_last; });
  EXPECT_EQ(n_joined, std::ssize(batch.targets) - static_cast<int64_t>(n_chunks));
}

TEST_F(ChunkTeacherTest, RefusesACacheWithOtherNumbers) {
  const std::vector<int64_t> chosen = {4};
  Compute<float> compute(pool_, Precision::kF32);
  PackedBatch batch = pack(student_.train, chosen, 1000)[0];
  {
    const auto teacher = open("one", student_.train, teacher_.train);
    ASSERT_TRUE((*teacher)->loss(compute, batch));
  }
  std::string cache = folder_.read("one");
  cache[48] = 2;  // the entry's rows: fewer than its chunks
  folder_.write("one", cache);
  const auto teacher = open("one", student_.train, teacher_.train);
  const auto refused = (*teacher)->loss(compute, batch);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("damaged"), std::string::npos) << refused.error().message;
}

TEST_F(ChunkTeacherTest, IsRefusedWhereNothingIsCommon) {
  std::vector<Example> silent(student_.train.size());
  const auto refused = open("none", student_.train, silent);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kBadInput);
  EXPECT_NE(refused.error().message.find("teacher.gguf"), std::string::npos);
}

}  // namespace
}  // namespace ondol
