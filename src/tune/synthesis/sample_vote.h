// SampleVote: several answers to one question, of which a majority must say the same.
//
// What a model is not sure of it answers differently each time.  Source: Wang et al. 2022 (Self-Consistency).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "grammar/schema.h"

namespace ondol {

enum class Verdict {
  kOpen,       // more samples may decide
  kAgreed,     // a majority of all samples says the same
  kRefused,    // too few samples can still be answers that the schema accepts
  kDisagreed,  // no majority is possible any more
};

class SampleVote {
 public:
  // `schema` may be null and outlives the vote; n_samples is at least 1.
  SampleVote(const Schema* schema, int n_samples) : schema_(schema), n_samples_(n_samples) {}
  SampleVote(SampleVote&&) = default;

  // Counts an answer; one that is empty or breaks the schema is a sample that agrees with none.  Fails as judge().
  Status add(std::string_view answer);
  Verdict verdict() const;
  // With kOpen: the fewest further samples that could agree.
  int n_to_agree() const { return n_samples_ / 2 + 1 - (leader_ ? leader_->n : 0); }
  // With kAgreed: the first of the answers that agree, as it was written.
  const std::string& winner() const { return leader_->text; }

 private:
  struct Camp {
    std::string text;
    int n = 0;
  };
  const Schema* schema_;
  int n_samples_, n_seen_ = 0, n_valid_ = 0;
  std::map<std::string, Camp> camps_;  // by answer_key()
  const Camp* leader_ = nullptr;
};

}  // namespace ondol
