// PrefillPace: how many prompt tokens may join a step of decoding streams.
//
// A new prompt has to be read while others are being answered, and nobody should see their answer stutter: a step with
// prompt tokens may take at most twice as long as one without.  What that allows depends on the machine, the model and
// the streams, so it is measured: now and then a step goes without prompt tokens, and from the others the chunk grows
// or shrinks towards kExtra of that time.  Below the aim it never oversteps it where a step's time is a fixed part and
// one for each token:  f + r c' <= B  for  c' = c B / (f + r c)  as long as  f + r c <= B.
//
// Where nothing is decoded, a chunk may take some 100 ms: so long may a cancelled one run on, and a new one wait.
#pragma once

#include <cstdint>
#include <map>

namespace ondol {

class PrefillPace {
 public:
  // The prompt tokens, at most `most` (at least 1), for a step that decodes `n_decoding` tokens; 0 when the time
  // without any has to be measured.
  int64_t chunk(int64_t n_decoding, int64_t most) const;
  // Such a step took `seconds`.
  void record(int64_t n_decoding, int64_t n_prefill, double seconds);

 private:
  struct Pace {
    double normal_s;  // a step without prompt tokens
    double chunk;     // at least 1
  };
  static constexpr double kFirstLoneChunk = 64;
  using Paces = std::map<int64_t, Pace>;
  // Of that many streams, or else of the next fewer: they are no slower.  paces_.end() for none.
  Paces::const_iterator pace_of(int64_t n_decoding) const;

  Paces paces_;  // by n_decoding, at least 1
  double lone_chunk_ = kFirstLoneChunk;
  int n_mixed_steps_ = 0;  // since a step without prompt tokens
};

}  // namespace ondol
