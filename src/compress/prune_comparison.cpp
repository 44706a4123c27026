#include "compress/prune_comparison.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "compress/calibrate.h"
#include "compress/vocabulary_trim.h"
#include "measure/statistics.h"
#include "model/import/import.h"
#include "tensor/quant/f16.h"

namespace ondol {
namespace {

constexpr int64_t kCalibrationChunks = 200;

Result<Importance> importance_of(const TrialModel& trial, std::span<const Example> texts, ThreadPool& pool,
                                 const ShrinkProgress& progress) {
  TRY(CalibrationResult read,
      calibrate(trial.model(), trial.checkpoint(), pool, texts, {.max_chunks = kCalibrationChunks}, {},
                [&](const Importance& so_far, int64_t n_chunks) -> Status {
                  if (progress) progress(ShrinkStage::kMoments, so_far.n_chunks, n_chunks);
                  return ok();
                }));
  return std::move(read.importance);
}

// Holds files against the original at the positions of one text.
class Judge {
 public:
  static Result<Judge> create(const Model& original, ThreadPool& pool, std::span<const Example> texts,
                              int64_t n_positions) {
    TRY(DivergenceMeter meter, DivergenceMeter::create(original, pool, texts, n_positions));
    const int64_t n_bytes = original.tokenizer ? meter.n_bytes(*original.tokenizer) : meter.n_positions();
    return Judge(std::move(meter), n_bytes);
  }

  struct Judged {
    ComparedFile file;
    std::vector<double> divergences;
  };
  Result<Judged> judge(const Model& model, int64_t size_bytes) {
    TRY(ModelDistance distance, meter_.compare(model));
    const double bits = distance.nats / std::log(2.0) / static_cast<double>(std::max<int64_t>(1, n_bytes_));
    const ComparedFile file{size_bytes,     distance.mean(),           distance.median(),
                            distance.p99(), distance.top1_agreement(), bits};
    return Judged{file, std::move(distance.divergences)};
  }

  int64_t n_positions() const { return meter_.n_positions(); }

 private:
  Judge(DivergenceMeter meter, int64_t n_bytes) : meter_(std::move(meter)), n_bytes_(n_bytes) {}

  DivergenceMeter meter_;
  int64_t n_bytes_;  // that the predicted tokens stand for
};

DType width_of(const ImportedModel& original) {
  const ImportedTensor* embedding = original.find("token_embd.weight");
  return embedding != nullptr && embedding->dtype.info().is_float ? embedding->dtype : dtype_of<F16>;
}

void record_divergence(Metadata& metadata, double divergence) {
  metadata.set_f32("ondol.shrink.kl", static_cast<float>(divergence));
}

}  // namespace

Verdict compare_divergences(std::span<const double> pruned, std::span<const double> plain) {
  CHECK(pruned.size() == plain.size());
  RunningMean difference;
  for (size_t i = 0; i < pruned.size(); ++i) difference.add(pruned[i] - plain[i]);
  if (std::abs(difference.mean()) <= 2 * difference.standard_error()) return Verdict::kAlike;
  return difference.mean() < 0 ? Verdict::kPruned : Verdict::kPlain;
}

Status PrunedFile::write(const std::string& path, ThreadPool& pool, WriteOptions options) const {
  if (shrunk) return shrunk->write(path, pool, std::move(options));
  return write_model(path, model, std::nullopt, pool, std::move(options));
}

Result<PrunedFile> compare_pruned(const ImportedModel& original, const PrunedModel& pruned, const std::string& name,
                                  const ShrinkTexts& texts, const ShrinkOptions& shrink, bool quantises,
                                  ThreadPool& pool, const ShrinkProgress& progress) {
  PrunedFile file;
  PruneComparison& comparison = file.comparison;
  comparison.is_unseen = !texts.test.empty();
  const std::span<const Example> unseen = comparison.is_unseen ? texts.test : texts.search;

  TRY(auto trial, TrialModel::create(original, name, pool));
  TRY(Judge judge, Judge::create(trial->model(), pool, unseen, 4 * shrink.n_positions));
  comparison.n_positions = judge.n_positions();
  TRY(const auto whole, judge.judge(trial->model(), stored_bytes(original)));
  comparison.original = whole.file;
  TRY(const Importance importance, importance_of(*trial, texts.repair, pool, progress));
  trial.reset();

  std::vector<double> divergences;
  if (quantises) {
    TRY(trial, TrialModel::create(pruned.model, name, pool));
    TRY(const Importance own, importance_of(*trial, texts.repair, pool, progress));
    trial.reset();
    TRY(file.shrunk, shrink_model(pruned.model, name, own, texts, shrink, pool, progress));
    TRY(const auto stored, file.shrunk->stored(name, pool));
    TRY(auto judged, judge.judge(stored->model(), file.shrunk->report.size_bytes));
    comparison.pruned = judged.file;
    divergences = std::move(judged.divergences);
    file.shrunk->record_divergence(comparison.pruned.mean_kl);
  } else {
    file.model = pruned.report.is_repaired ? with_float_type(pruned.model, width_of(original)) : pruned.model;
    record_divergence(file.model.source.metadata, 0);
    TRY(trial, TrialModel::create(file.model, name, pool));
    TRY(auto judged, judge.judge(trial->model(), stored_bytes(file.model)));
    trial.reset();
    comparison.pruned = judged.file;
    divergences = std::move(judged.divergences);
    record_divergence(file.model.source.metadata, comparison.pruned.mean_kl);
  }

  ShrinkOptions plain = shrink;
  if (!quantises) plain.repair.reset();
  plain.budget = {.size_bytes = comparison.pruned.size_bytes};
  comparison.least_plain_bytes = least_shrunk_bytes(original, plain);
  if (comparison.least_plain_bytes > plain.budget.size_bytes) return file;
  TRY(const ShrunkModel shrunk, shrink_model(original, name, importance, texts, plain, pool, progress));
  TRY(const auto stored, shrunk.stored(name, pool));
  TRY(const auto judged, judge.judge(stored->model(), shrunk.report.size_bytes));
  comparison.plain = judged.file;
  comparison.verdict = compare_divergences(divergences, judged.divergences);
  return file;
}

}  // namespace ondol
