// Aligned chunks: the stretches of one text that two tokenizers both begin and end a token at.
//
// A model's likelihood of a chunk is the product of its tokens', so what two models say of a chunk can be compared
// whatever tokens each of them writes it in.   Source: Minixhofer et al. 2025 (Cross-tokenizer distillation via
// approximate likelihood matching), section 3.
#pragma once

#include <vector>

#include "tune/data/example.h"

namespace ondol {

// Tokens [student_first, student_first + n_student) of the student's example are the same text as the teacher's.
struct AlignedChunk {
  int64_t student_first, n_student, teacher_first, n_teacher;
  bool operator==(const AlignedChunk&) const = default;
};

// The smallest such chunks of the learned stretches (answers) of two examples made of one record, in order; every token
// of theirs is learned.  Stretches are matched in their order; where their numbers differ there are no chunks.  White
// space in front of a stretch belongs to its template and is no difference; a token that ends the answer is one byte
// that no text holds.  Behind the first byte that differs, as where a tokenizer rewrites text, nothing is aligned.
std::vector<AlignedChunk> align_chunks(const Example& student, const Tokenizer& student_tokenizer,
                                       const Example& teacher, const Tokenizer& teacher_tokenizer);

inline constexpr int64_t kMaxChunkTokens = 64;  // of either side; longer chunks are left out

}  // namespace ondol
