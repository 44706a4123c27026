// Teacher: a larger model whose word for what comes next the student is drawn to.
//
// What it says of an example is computed when that is first seen and kept in a cache file, so that later epochs, and
// runs with other students, do not need it again.  A teacher with the student's vocabulary is heard token by token
// (tune/token_teacher.h), another by the likelihood of stretches of text (tune/chunk_teacher.h).
#pragma once

#include <string>

#include "base/sha256.h"
#include "model/model.h"
#include "tune/backprop.h"

namespace ondol {

struct TeacherOptions {
  std::string path;
  std::string cache;  // file
  operations::Divergence divergence = operations::Divergence::kForward;
  double temperature = 1;
  double share = 0.5;  // of the loss; the labels have the rest
  int top = 16;        // tokens that are kept of each distribution over the student's vocabulary
};

// Owned by one thread.
class Teacher {
 public:
  virtual ~Teacher() = default;

  // Of the teacher and how it is listened to.
  virtual Digest identity() const = 0;

  // The loss of a batch whose examples are numbered; marks targets that are taken together.  Fails with kIo, or
  // kBadInput when the teacher's logits are no numbers, or the cache holds something else.
  virtual Result<RowLoss<float>> loss(Compute<float>& compute, PackedBatch& batch) = 0;
};

bool same_vocabulary(const Model& a, const Model& b);

}  // namespace ondol
