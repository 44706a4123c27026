#include "tune/synthesis/synthesis.h"

#include <algorithm>
#include <unordered_set>

#include "base/interrupt.h"
#include "base/random.h"
#include "tune/synthesis/sample_vote.h"
#include "tune/synthesis/teacher_prompt.h"
#include "tune/synthesis/text_key.h"

namespace ondol {
namespace {

constexpr size_t kShownExamples = 5;

class Writer {
 public:
  Writer(TextSource& source, std::span<const Pair> examples, const SynthesisOptions& options)
      : source_(source), examples_(examples), options_(options), random_(options.seed) {
    for (const Pair& pair : examples) known_.insert(text_key(pair.input));
  }

  // Asks for `n` pairs and counts what became of them.
  Status write(int64_t n, Synthesis& out);

 private:
  struct Attempt {
    std::vector<Pair> shown;
    std::string input;
    SampleVote vote;
  };
  std::vector<Pair> draw_examples();
  SourceQuestion question(std::string prompt, float temperature);
  Result<std::vector<std::string>> ask(const std::vector<SourceQuestion>& questions, std::string_view tag);
  Result<std::vector<Attempt>> ask_inputs(int64_t n, SynthesisCounts& counts);
  Status ask_outputs(std::vector<Attempt>& attempts);

  TextSource& source_;
  std::span<const Pair> examples_;
  const SynthesisOptions& options_;
  SplitMix64 random_;
  std::unordered_set<std::string> known_;  // text_key() of inputs
};

// Some of the examples, in random order: the beginning of a Fisher-Yates shuffle.
std::vector<Pair> Writer::draw_examples() {
  std::vector<size_t> order(examples_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<Pair> drawn;
  for (size_t i = 0; i < std::min(kShownExamples, order.size()); ++i) {
    const auto other = i + static_cast<size_t>(random_.below(static_cast<int64_t>(order.size() - i)));
    std::swap(order[i], order[other]);
    drawn.push_back(examples_[order[i]]);
  }
  return drawn;
}

SourceQuestion Writer::question(std::string prompt, float temperature) {
  return {.prompt = std::move(prompt),
          .max_tokens = options_.max_tokens,
          .temperature = temperature,
          .seed = random_.next()};
}

// What the teacher writes into `tag`; "" where it was cut.
Result<std::vector<std::string>> Writer::ask(const std::vector<SourceQuestion>& questions, std::string_view tag) {
  TRY(check_interrupted());
  TRY(const std::vector<SourceAnswer> answers, source_.answer(questions));
  std::vector<std::string> texts;
  for (const SourceAnswer& answer : answers) {
    texts.push_back(answer.is_cut ? std::string() : std::string(inside_tag(answer.text, tag)));
  }
  return texts;
}

// Those inputs of `n` that are of use.
Result<std::vector<Writer::Attempt>> Writer::ask_inputs(int64_t n, SynthesisCounts& counts) {
  std::vector<std::vector<Pair>> shown;
  std::vector<SourceQuestion> questions;
  for (int64_t i = 0; i < n; ++i) {
    shown.push_back(draw_examples());
    questions.push_back(question(input_prompt(options_.task, shown.back()), std::max(1.0f, options_.temperature)));
  }
  TRY(std::vector<std::string> inputs, ask(questions, "input"));
  std::vector<Attempt> attempts;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string key = text_key(inputs[i]);
    if (!key.empty() && known_.insert(key).second) {
      attempts.push_back({std::move(shown[i]), std::move(inputs[i]), SampleVote(options_.schema, options_.n_samples)});
      continue;
    }
    ++counts.n_asked;
    ++(key.empty() ? counts.n_unusable : counts.n_duplicates);
  }
  return attempts;
}

// Samples until every vote is decided.
Status Writer::ask_outputs(std::vector<Attempt>& attempts) {
  const bool is_held = source_.holds_answers();
  for (;;) {
    std::vector<SourceQuestion> questions;
    std::vector<SampleVote*> votes;  // of each question
    for (Attempt& attempt : attempts) {
      if (attempt.vote.verdict() != Verdict::kOpen) continue;
      for (int64_t i = std::min<int64_t>(attempt.vote.n_to_agree(), source_.n_at_once()); i > 0; --i) {
        questions.push_back(
            question(output_prompt(options_.task, attempt.shown, attempt.input, is_held), options_.temperature));
        questions.back().is_held = is_held;
        votes.push_back(&attempt.vote);
      }
    }
    if (questions.empty()) return ok();
    TRY(const std::vector<std::string> outputs, ask(questions, "output"));
    for (size_t i = 0; i < outputs.size(); ++i) TRY(votes[i]->add(outputs[i]));
  }
}

Status Writer::write(int64_t n, Synthesis& out) {
  SynthesisCounts& counts = out.counts;
  TRY(std::vector<Attempt> attempts, ask_inputs(n, counts));
  TRY(ask_outputs(attempts));
  for (Attempt& attempt : attempts) {
    ++counts.n_asked;
    switch (attempt.vote.verdict()) {
      case Verdict::kAgreed:
        ++counts.n_kept;
        out.pairs.push_back({std::move(attempt.input), attempt.vote.winner(), attempt.shown.front().system});
        break;
      case Verdict::kRefused:
        ++counts.n_refused;
        break;
      default:
        ++counts.n_disagreed;
    }
  }
  return ok();
}

}  // namespace

Status synthesise(TextSource& source, std::span<const Pair> examples, const SynthesisOptions& options, Synthesis& out) {
  Writer writer(source, examples, options);
  SynthesisCounts& counts = out.counts;
  int64_t n_fruitless = 0;
  while (counts.n_kept < options.n_pairs && n_fruitless < kMaxFruitless) {
    const int64_t n_kept = counts.n_kept, n_asked = counts.n_asked;
    TRY(writer.write(std::min(source.n_at_once(), options.n_pairs - n_kept), out));
    n_fruitless = counts.n_kept > n_kept ? 0 : n_fruitless + counts.n_asked - n_asked;
    if (options.progress) options.progress(counts.n_kept, options.n_pairs);
  }
  return ok();
}

}  // namespace ondol
