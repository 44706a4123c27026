// Teacher: a larger model whose word for every token the student is drawn to.
//
// Its logits are computed when an example is first seen and kept in a cache file (the likeliest tokens and what is left
// for the others), so that later epochs, and runs with other students, do not need it again.
// Source: Hinton et al. 2015 (Distilling the knowledge in a neural network), section 2.
#pragma once

#include <memory>
#include <string>

#include "model/model.h"
#include "tune/network.h"
#include "tune/operations.h"
#include "tune/teacher_cache.h"
#include "tune/trainer.h"

namespace ondol {

struct TeacherOptions {
  std::string path;
  std::string cache;  // file
  operations::Divergence divergence = operations::Divergence::kForward;
  double temperature = 1;
  double share = 0.5;  // of the loss; the labels have the rest
  int top = 16;        // tokens that are kept of each distribution
};

class Teacher {
 public:
  // Loads the teacher.  `data`: identity of the examples.  Fails with kBadInput when its vocabulary is not the
  // student's, else as load_model() and TeacherCache::open().
  static Result<std::unique_ptr<Teacher>> open(const TeacherOptions& options, const Model& student,
                                               std::string_view data, ThreadPool& pool);

  // Of the teacher and how it is listened to.
  Digest identity() const;

  // The loss of a batch whose examples are numbered.  Fails with kIo, or kBadInput when the teacher's logits are no
  // numbers.
  Result<RowLoss<float>> loss(Compute<float>& compute, const PackedBatch& batch);

 private:
  explicit Teacher(const TeacherOptions& options) : options_(options) {}
  Status ask(Compute<float>& compute, const PackedBatch& batch);

  TeacherOptions options_;
  Model model_;
  std::optional<Network<float>> network_;
  std::optional<TeacherCache> cache_;
};

}  // namespace ondol
