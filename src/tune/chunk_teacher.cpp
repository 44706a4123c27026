#include "tune/chunk_teacher.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/model_identity.h"
#include "tune/chunk_loss.h"
#include "tune/tune_messages.h"

namespace ondol {

Result<std::unique_ptr<ChunkTeacher>> ChunkTeacher::open(const TeacherOptions& options, Model model,
                                                         const ReadTwice& read, std::string_view data) {
  std::unique_ptr<ChunkTeacher> teacher(new ChunkTeacher(options, std::move(model), read));
  Sha256 run;
  run.add(model_identity(teacher->model_)).add(data).add("chunks");
  for (int64_t example = 0; example < std::ssize(read.student); ++example) {
    for (const TokenId token : read.teacher[static_cast<size_t>(example)].tokens) run.add_value(token);
    for (const AlignedChunk& chunk : teacher->chunks_of(example)) {
      run.add_value(chunk.student_first).add_value(chunk.n_student);
      ++teacher->n_chunks_;
      teacher->n_heard_ += chunk.n_student;
    }
  }
  if (teacher->n_chunks_ == 0) return fail(ErrorKind::kBadInput, msg::kTeacherNothingAligned, options.path);
  TRY(teacher->network_, Network<float>::frozen(teacher->model_));
  TRY(teacher->cache_, TeacherCache::open(options.cache, run.finish(), 1));
  return teacher;
}

Digest ChunkTeacher::identity() const {
  return Sha256()
      .add(model_identity(model_))
      .add(fmt::format("chunks {} {} {}", static_cast<int>(options_.divergence), options_.temperature, options_.share))
      .finish();
}

std::vector<AlignedChunk> ChunkTeacher::chunks_of(int64_t example) const {
  const auto i = static_cast<size_t>(example);
  return align_chunks(read_.student[i], *read_.student_model->tokenizer, read_.teacher[i], *model_.tokenizer);
}

// Computes and keeps what the teacher says of those examples of the batch that are new.
Status ChunkTeacher::ask(Compute<float>& compute, const PackedBatch& batch) {
  PackedBatch asked;
  std::vector<std::vector<AlignedChunk>> chunks;  // of each asked sequence
  for (const int64_t example : batch.examples) {
    if (cache_->contains(example)) continue;
    std::vector<AlignedChunk> own = chunks_of(example);
    if (own.empty()) continue;
    const std::vector<TokenId>& tokens = read_.teacher[static_cast<size_t>(example)].tokens;
    chunks.push_back(std::move(own));
    const int64_t first_row = asked.n_rows(), n = std::ssize(tokens) - 1;
    asked.sequences.push_back({first_row, n});
    asked.examples.push_back(example);
    asked.tokens.insert(asked.tokens.end(), tokens.begin(), tokens.begin() + n);
    for (const AlignedChunk& chunk : chunks.back()) {
      for (int64_t t = chunk.teacher_first; t < chunk.teacher_first + chunk.n_teacher; ++t) {
        asked.targets.push_back({first_row + t - 1, tokens[static_cast<size_t>(t)]});
      }
    }
  }
  const int64_t vocab = model_.hp.vocab_size;
  std::vector<double> said(asked.targets.size());  // of each target
  const RowLoss<float> keep = [&](int64_t first, int64_t n, float* logits) {
    compute.pool().for_each(n, [&](int64_t row, int) {
      const auto target = static_cast<size_t>(first + row);
      said[target] =
          static_cast<double>(log_share(logits + row * vocab, vocab, static_cast<int64_t>(asked.targets[target].next)));
    });
    return 0.0;
  };
  if (asked.targets.empty()) return ok();
  backprop(*network_, compute, asked, keep, {.gradients = false});
  auto target = said.begin();
  for (size_t i = 0; i < asked.examples.size(); ++i) {
    std::vector<TeacherCache::Said> own;
    for (const AlignedChunk& chunk : chunks[i]) {
      const double log_p = std::accumulate(target, target + chunk.n_teacher, 0.0);
      if (!std::isfinite(log_p)) return fail(ErrorKind::kBadInput, msg::kTeacherNotFinite, options_.path);
      own.push_back({static_cast<int32_t>(chunk.n_student), static_cast<float>(log_p)});
      target += chunk.n_teacher;
    }
    TRY(cache_->add(asked.examples[i], own));
  }
  return ok();
}

Result<RowLoss<float>> ChunkTeacher::loss(Compute<float>& compute, PackedBatch& batch) {
  TRY(ask(compute, batch));
  std::vector<JudgedChunk> judged;
  int64_t first_target = 0;
  for (const int64_t example : batch.examples) {
    const std::vector<uint8_t>& learns = read_.student[static_cast<size_t>(example)].learns;
    const std::vector<AlignedChunk> chunks = chunks_of(example);
    std::vector<TeacherCache::Said> said;
    if (!chunks.empty()) { TRY(said, cache_->read(example)); }
    if (said.size() != chunks.size()) return fail(ErrorKind::kBadInput, msg::kTeacherCacheDamaged, options_.cache);
    int64_t token = 0, target = first_target;
    for (size_t i = 0; i < chunks.size(); ++i) {
      target += std::count(learns.begin() + token, learns.begin() + chunks[i].student_first, uint8_t{1});
      token = chunks[i].student_first + chunks[i].n_student;
      judged.push_back({target, chunks[i].n_student, static_cast<double>(said[i].value)});
      for (int64_t j = 1; j < chunks[i].n_student; ++j)
        batch.targets[static_cast<size_t>(target + j)].joins_last = true;
      target += chunks[i].n_student;
    }
    first_target += std::count(learns.begin(), learns.end(), uint8_t{1});
  }
  return chunk_loss(compute, batch, std::move(judged), read_.student_model->hp.vocab_size,
                    {.divergence = options_.divergence, .temperature = options_.temperature, .share = options_.share});
}

}  // namespace ondol
