#include "tune/synthesis/sample_vote.h"

#include "grammar/schema_validator.h"
#include "tune/synthesis/text_key.h"

namespace ondol {

Status SampleVote::add(std::string_view answer) {
  ++n_seen_;
  if (answer.empty()) return ok();
  if (schema_) {
    TRY(const Judgement judgement, judge(*schema_, answer));
    if (!judgement.valid) return ok();
  }
  ++n_valid_;
  Camp& camp = camps_[answer_key(answer)];
  if (camp.n++ == 0) camp.text = answer;
  if (!leader_ || camp.n > leader_->n) leader_ = &camp;
  return ok();
}

Verdict SampleVote::verdict() const {
  const int needed = n_samples_ / 2 + 1, n_left = n_samples_ - n_seen_, n_leader = leader_ ? leader_->n : 0;
  if (n_leader >= needed) return Verdict::kAgreed;
  if (n_leader + n_left >= needed) return Verdict::kOpen;
  return n_valid_ + n_left < needed ? Verdict::kRefused : Verdict::kDisagreed;
}

}  // namespace ondol
