// What guessing ahead wins: decoding with speculation against decoding without, in turns, on the same model and text.
//
//   speculation_bench MODEL [THREADS]
//
// Three texts: one that repeats (the drafter knows the answer: as a copied passage does), one of which half the guesses
// are right, and one where none is and the drafter always has some (the worst case).  Then how long a step of n tokens
// takes against a step of one.  Medians over rounds; the model may be of random weights.
#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "engine/generate.h"

namespace ondol {
namespace {

constexpr int kRounds = 3;
constexpr int64_t kPromptTokens = 32, kAnswerTokens = 128;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Guesses from a known answer, each right with probability `p`.
class Copyist : public Drafter {
 public:
  Copyist(std::vector<TokenId> text, double p) : text_(std::move(text)), p_(p) {}

  void forget_from(int64_t) override {}
  Prospect prospect(std::span<const TokenId>) override { return {.n_tokens = 64, .trust = 4}; }
  void read(std::span<const TokenId>) override {}
  void draft(std::span<const TokenId> text, int64_t n_tokens, const Sampler&, std::vector<TokenId>& guesses) override {
    for (size_t at = text.size(); n_tokens-- > 0 && at < text_.size(); ++at) {
      const bool is_right = random_.uniform() < p_;
      guesses.push_back(is_right ? text_[at] : static_cast<TokenId>(static_cast<int32_t>(text_[at]) ^ 1));
    }
  }

 private:
  std::vector<TokenId> text_;
  double p_;
  SplitMix64 random_{1};
};

struct Bench {
  Engine& engine;
  std::vector<TokenId> prompt;

  Generated answer(Speculation* speculation) {
    GenerateOptions options{.max_tokens = kAnswerTokens, .speculation = speculation};
    options.sampler.temperature = 0;
    const SequenceId sequence = *engine.open();
    Generated result = *generate(engine, sequence, prompt, options, nullptr);
    engine.close(sequence);
    return result;
  }

  void measure(const char* name, double p) {
    std::vector<TokenId> text = prompt;
    const Generated known = answer(nullptr);
    text.insert(text.end(), known.tokens.begin(), known.tokens.end());
    std::vector<double> plain, guessed;
    double rate = 0;
    for (int round = 0; round < kRounds; ++round) {
      plain.push_back(answer(nullptr).decode_s);
      std::vector<std::unique_ptr<Drafter>> drafters;
      drafters.push_back(std::make_unique<Copyist>(text, p));
      Speculation speculation(std::move(drafters), {});
      const Generated result = answer(&speculation);
      guessed.push_back(result.decode_s);
      rate = result.n_guessed > 0 ? static_cast<double>(result.n_guessed_right) / static_cast<double>(result.n_guessed)
                                  : 0;
    }
    const double tokens = static_cast<double>(known.tokens.size()) - 1;
    fmt::print("{:<12} plain {:8.1f} tokens/s  guessing {:8.1f} tokens/s  ratio {:.3f}  {:.0f} % of guesses right\n",
               name, tokens / median(plain), tokens / median(guessed), median(plain) / median(guessed), 100 * rate);
  }

  void measure_steps() {
    const SequenceId sequence = *engine.open();
    const auto step_s = [&](std::span<const TokenId> tokens) {
      const Engine::Input input{sequence, tokens, true};
      const double start = now_s();
      (void)engine.step({&input, 1}, [](const Engine::Rows&) {});
      const double seconds = now_s() - start;
      engine.truncate(sequence, engine.length(sequence) - std::ssize(tokens));
      return seconds;
    };
    double one = 0;
    for (const size_t n : {1, 2, 3, 4, 5, 6, 8, 12, 16, 17}) {
      std::vector<double> seconds;
      for (int round = 0; round < 2 * kRounds + 1; ++round) seconds.push_back(step_s(std::span(prompt).first(n)));
      if (n == 1) one = median(seconds);
      fmt::print("step of {:2} tokens {:8.3f} ms  {:.2f} of one\n", n, 1e3 * median(seconds), median(seconds) / one);
    }
    engine.close(sequence);
  }
};

int run(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "speculation_bench MODEL [THREADS]\n");
    return 2;
  }
  ThreadPool pool(argc > 2 ? std::atoi(argv[2]) : usable_cores());
  auto model = load_model(argv[1], pool);
  if (!model) {
    fmt::print(stderr, "{}\n", model.error().message);
    return model.error().exit_code();
  }
  model->tokenizer = nullptr;  // no token ends an answer
  const auto engine =
      Engine::create(*model, pool, {.context_length = std::min<int64_t>(512, model->hp.context_length)});
  if (!engine) {
    fmt::print(stderr, "{}\n", engine.error().message);
    return engine.error().exit_code();
  }
  Bench bench{**engine, {}};
  SplitMix64 random(1);
  for (int64_t i = 0; i < kPromptTokens; ++i) {
    bench.prompt.push_back(static_cast<TokenId>(random.below(model->hp.vocab_size)));
  }
  bench.measure("all right", 1);
  bench.measure("half right", 0.5);
  bench.measure("all wrong", 0);
  bench.measure_steps();
  return 0;
}

}  // namespace
}  // namespace ondol

int main(int argc, char** argv) { return ondol::run(argc, argv); }
