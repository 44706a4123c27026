// ChunkTeacher: a teacher that writes text in other tokens than the student.
//
// It reads every example in its own tokens and its own chat template, as it is asked at inference, and what is kept is
// its log-likelihood of each chunk that begins and ends with tokens of both (tune/chunk_alignment.h).
#pragma once

#include <span>

#include "tune/chunk_alignment.h"
#include "tune/network.h"
#include "tune/teacher.h"
#include "tune/teacher_cache.h"

namespace ondol {

// The training data as student and teacher read it; outlives the teacher.
struct ReadTwice {
  std::span<const Example> student;
  std::span<const Example> teacher;  // [student.size()]; without tokens where the teacher cannot follow
  const Model* student_model;
};

class ChunkTeacher : public Teacher {
 public:
  // `model` has a tokenizer.  `data`: identity of the student's examples.  Fails with kBadInput when no stretch of the
  // examples is common to both, else as Network::frozen() and TeacherCache::open().
  static Result<std::unique_ptr<ChunkTeacher>> open(const TeacherOptions& options, Model model, const ReadTwice& read,
                                                    std::string_view data);

  Digest identity() const override;
  Result<RowLoss<float>> loss(Compute<float>& compute, PackedBatch& batch) override;

  // Chunks of all examples, and the student's tokens in them.
  int64_t n_chunks() const { return n_chunks_; }
  int64_t n_heard() const { return n_heard_; }

 private:
  ChunkTeacher(const TeacherOptions& options, Model model, const ReadTwice& read)
      : options_(options), model_(std::move(model)), read_(read) {}
  std::vector<AlignedChunk> chunks_of(int64_t example) const;
  Status ask(Compute<float>& compute, const PackedBatch& batch);

  TeacherOptions options_;
  Model model_;
  ReadTwice read_;
  std::optional<Network<float>> network_;
  std::optional<TeacherCache> cache_;
  int64_t n_chunks_ = 0, n_heard_ = 0;
};

}  // namespace ondol
