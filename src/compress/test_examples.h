// Random texts that a tiny model (engine/tiny_engine.h) learns or is measured by.
#pragma once

#include <vector>

#include "engine/tiny_engine.h"
#include "tune/data/example.h"

namespace ondol {

// `n` examples of 24 tokens, all but the first learned.
inline std::vector<Example> tiny_examples(int n, uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<Example> examples(static_cast<size_t>(n));
  for (Example& example : examples) {
    example.tokens = random_text(24, random);
    example.learns.assign(24, 1);
    example.learns[0] = 0;
  }
  return examples;
}

}  // namespace ondol
