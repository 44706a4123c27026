// TokenTeacher: a teacher in whose vocabulary the student writes, too.
//
// Its distribution of every next token is kept as the likeliest tokens and what is left for the others.
// Source: Hinton et al. 2015 (Distilling the knowledge in a neural network), section 2.
#pragma once

#include "tune/network.h"
#include "tune/teacher.h"
#include "tune/teacher_cache.h"

namespace ondol {

class TokenTeacher : public Teacher {
 public:
  // `model` has the student's vocabulary.  `data`: identity of the examples.  Fails as Network::frozen() and
  // TeacherCache::open().
  static Result<std::unique_ptr<TokenTeacher>> open(const TeacherOptions& options, Model model, std::string_view data);

  Digest identity() const override;
  Result<RowLoss<float>> loss(Compute<float>& compute, PackedBatch& batch) override;

 private:
  TokenTeacher(const TeacherOptions& options, Model model) : options_(options), model_(std::move(model)) {}
  Status ask(Compute<float>& compute, const PackedBatch& batch);

  TeacherOptions options_;
  Model model_;
  std::optional<Network<float>> network_;
  std::optional<TeacherCache> cache_;
};

}  // namespace ondol
