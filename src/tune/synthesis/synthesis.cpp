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

  // Asks for one pair and counts what became of it.
  Status write_one(Synthesis& out);

 private:
  std::vector<Pair> draw_examples();
  Result<std::string> ask(const std::string& prompt, std::string_view tag, float temperature);
  Result<SampleVote> vote(const std::string& input, std::span<const Pair> shown);

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

// What the teacher writes into `tag`; "" where it was cut.
Result<std::string> Writer::ask(const std::string& prompt, std::string_view tag, float temperature) {
  TRY(check_interrupted());
  const ChatMessage message{Role::kUser, prompt};
  TRY(const SourceAnswer answer, source_.answer({.messages = {&message, 1},
                                                 .max_tokens = options_.max_tokens,
                                                 .temperature = temperature,
                                                 .seed = random_.next()}));
  return answer.is_cut ? std::string() : std::string(inside_tag(answer.text, tag));
}

Result<SampleVote> Writer::vote(const std::string& input, std::span<const Pair> shown) {
  const std::string prompt = output_prompt(options_.task, shown, input);
  SampleVote vote(options_.schema, options_.n_samples);
  while (vote.verdict() == Verdict::kOpen) {
    TRY(const std::string answer, ask(prompt, "output", options_.temperature));
    TRY(vote.add(answer));
  }
  return vote;
}

Status Writer::write_one(Synthesis& out) {
  SynthesisCounts& counts = out.counts;
  const std::vector<Pair> shown = draw_examples();
  TRY(const std::string input, ask(input_prompt(options_.task, shown), "input", std::max(1.0f, options_.temperature)));
  const std::string key = text_key(input);
  if (key.empty() || !known_.insert(key).second) {
    ++counts.n_asked;
    ++(key.empty() ? counts.n_unusable : counts.n_duplicates);
    return ok();
  }
  TRY(const SampleVote voted, vote(input, shown));
  ++counts.n_asked;
  switch (voted.verdict()) {
    case Verdict::kAgreed:
      ++counts.n_kept;
      out.pairs.push_back({input, voted.winner(), shown.front().system});
      break;
    case Verdict::kRefused:
      ++counts.n_refused;
      break;
    default:
      ++counts.n_disagreed;
  }
  return ok();
}

}  // namespace

Status synthesise(TextSource& source, std::span<const Pair> examples, const SynthesisOptions& options, Synthesis& out) {
  Writer writer(source, examples, options);
  int64_t n_fruitless = 0;
  while (out.counts.n_kept < options.n_pairs && n_fruitless < kMaxFruitless) {
    const int64_t n_before = out.counts.n_kept;
    TRY(writer.write_one(out));
    n_fruitless = out.counts.n_kept > n_before ? 0 : n_fruitless + 1;
    if (options.progress) options.progress(out.counts.n_kept, options.n_pairs);
  }
  return ok();
}

}  // namespace ondol
