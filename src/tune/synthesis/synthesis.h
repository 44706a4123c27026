// Synthesis: a teacher writes training pairs for a task, and what looks wrong is thrown away.
//
// The teacher sees the task and a few examples drawn anew each time and writes an input; one that is known already, but
// for white space and normal form, is a duplicate.  It then answers that input several times, and the pair is kept when
// the schema accepts the answers and a majority of them agree.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "grammar/schema.h"
#include "tune/synthesis/pairs.h"
#include "tune/synthesis/text_source.h"

namespace ondol {

struct SynthesisOptions {
  std::string task;
  int64_t n_pairs = 100;
  int n_samples = 3;               // answers to each input
  int64_t max_tokens = 512;        // of an input or an answer
  float temperature = 0.8f;        // of answers; inputs are drawn at no less than 1
  uint64_t seed = 1;               // of examples and answers
  const Schema* schema = nullptr;  // of outputs; null: any
  std::function<void(int64_t n_kept, int64_t n_pairs)> progress = nullptr;
};

// Every input asked for is counted once more below.
struct SynthesisCounts {
  int64_t n_asked = 0;
  int64_t n_unusable = 0;    // empty input, or cut at max_tokens
  int64_t n_duplicates = 0;  // of an example or an input before
  int64_t n_refused = 0;     // by the schema, or for empty answers
  int64_t n_disagreed = 0;
  int64_t n_kept = 0;
};

struct Synthesis {
  std::vector<Pair> pairs;
  SynthesisCounts counts;
};

// Adds pairs to `out` until there are n_pairs, or none came of kMaxFruitless inputs in a row or a few more, as many as
// the source takes at once.  There is at least one
// example.  Fails as the source does or with kInterrupted; `out` then holds what was kept so far.
Status synthesise(TextSource& source, std::span<const Pair> examples, const SynthesisOptions& options, Synthesis& out);

inline constexpr int64_t kMaxFruitless = 50;

}  // namespace ondol
