#include "tune/chunk_alignment.h"

#include <algorithm>
#include <string>

namespace ondol {
namespace {

constexpr char kEndOfAnswer = '\xFF';  // in no UTF-8 text

// A learned stretch as bytes.
struct Stretch {
  int64_t first;              // token
  std::string text;           // without white space in front
  std::vector<int64_t> ends;  // in `text`, of each token; not above 0 inside the white space
};

Stretch read_stretch(const Example& example, const Tokenizer& tokenizer, int64_t first, int64_t end) {
  Stretch stretch{first, "", {}};
  for (int64_t t = first; t < end; ++t) {
    const TokenId id = example.tokens[static_cast<size_t>(t)];
    if (tokenizer.ends_generation(id)) stretch.text += kEndOfAnswer;
    else if (id != tokenizer.bos) stretch.text += tokenizer.piece(id, true);
    stretch.ends.push_back(std::ssize(stretch.text));
  }
  const auto n_space = static_cast<int64_t>(std::min(stretch.text.find_first_not_of(' '), stretch.text.size()));
  stretch.text.erase(0, static_cast<size_t>(n_space));
  for (int64_t& at : stretch.ends) at -= n_space;
  return stretch;
}

bool begins_learned(const Example& example) { return example.learns.size() > 1 && example.learns[1]; }

// `from_first`: the first token belongs to the stretch behind it.
std::vector<Stretch> learned_stretches(const Example& example, const Tokenizer& tokenizer, bool from_first) {
  std::vector<Stretch> stretches;
  const auto n = std::ssize(example.tokens);
  for (int64_t t = 0; t < n; ++t) {
    if (!example.learns[static_cast<size_t>(t)]) continue;
    const int64_t first = from_first && t == 1 ? 0 : t;
    while (t < n && example.learns[static_cast<size_t>(t)]) ++t;
    stretches.push_back(read_stretch(example, tokenizer, first, t));
  }
  return stretches;
}

void align(const Stretch& student, const Stretch& teacher, std::vector<AlignedChunk>& chunks) {
  const auto [differs, ignored] =
      std::mismatch(student.text.begin(), student.text.end(), teacher.text.begin(), teacher.text.end());
  const int64_t n_same = differs - student.text.begin();
  const auto n_student = std::ssize(student.ends), n_teacher = std::ssize(teacher.ends);
  int64_t s = 0, t = 0, s_first = 0, t_first = 0;  // tokens, and where the chunk begins
  while (s < n_student && t < n_teacher) {
    const int64_t s_end = student.ends[static_cast<size_t>(s)], t_end = teacher.ends[static_cast<size_t>(t)];
    if (s_end < t_end) {
      ++s;
      continue;
    }
    if (t_end < s_end) {
      ++t;
      continue;
    }
    if (s_end > n_same) break;
    const AlignedChunk chunk{student.first + s_first, ++s - s_first, teacher.first + t_first, ++t - t_first};
    const bool is_predicted = chunk.student_first > 0 && chunk.teacher_first > 0;
    if (is_predicted && std::max(chunk.n_student, chunk.n_teacher) <= kMaxChunkTokens) chunks.push_back(chunk);
    s_first = s;
    t_first = t;
  }
}

}  // namespace

std::vector<AlignedChunk> align_chunks(const Example& student, const Tokenizer& student_tokenizer,
                                       const Example& teacher, const Tokenizer& teacher_tokenizer) {
  // Running text is learned from its second token on, for nothing predicts the first.
  const bool is_text = begins_learned(student) && begins_learned(teacher);
  const std::vector<Stretch> ours = learned_stretches(student, student_tokenizer, is_text),
                             theirs = learned_stretches(teacher, teacher_tokenizer, is_text);
  std::vector<AlignedChunk> chunks;
  if (ours.size() != theirs.size()) return chunks;
  for (size_t i = 0; i < ours.size(); ++i) align(ours[i], theirs[i], chunks);
  return chunks;
}

}  // namespace ondol
