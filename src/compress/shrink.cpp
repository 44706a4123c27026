#include "compress/shrink.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>

#include "base/byte_count.h"
#include "base/check.h"
#include "base/checked_math.h"
#include "base/interrupt.h"
#include "compress/allocation.h"
#include "compress/compress_messages.h"
#include "compress/divergence_meter.h"
#include "compress/error_feedback.h"
#include "compress/second_moments.h"
#include "compress/trial_model.h"
#include "compress/type_error.h"
#include "format/gguf_writer.h"
#include "model/import/encode_rows.h"
#include "model/storage_type.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q4_0.h"
#include "tensor/quant/q8_0.h"

namespace ondol {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kRowsForErrors = 48;

// A matrix whose type is chosen.
struct Matrix {
  size_t tensor;  // in the model
  std::vector<float> importance;
  std::vector<DType> types;
  std::vector<TypeChoice> choices;  // of those types; loss is the share of error until it is scaled
  size_t chosen = 0;
  std::shared_ptr<const ErrorFeedback> feedback = nullptr;         // of all that read the same
  bool feeds_back = false;                                         // later columns answer errors
  std::map<int64_t, std::vector<float>> answered_importance = {};  // by a type's block, where they do

  const ErrorFeedback* used_feedback() const { return feeds_back ? feedback.get() : nullptr; }

  std::span<const float> importance_for(DType type) const {
    return feeds_back ? answered_importance.at(type.info().block_weights) : importance;
  }

  DType chosen_type() const { return types[chosen]; }
  std::span<const float> chosen_importance() const { return importance_for(chosen_type()); }
};

std::vector<float> importance_of(const Importance& importance, const std::string& name) {
  const auto found = importance.matrices.find(name);
  std::vector<float> all;
  if (found == importance.matrices.end()) return all;
  for (int64_t expert = 0; expert < found->second.n_experts(); ++expert) {
    const std::vector<float> means = found->second.means(expert);
    all.insert(all.end(), means.begin(), means.end());
  }
  return all;
}

std::vector<DType> types_for(const ImportedTensor& tensor, const ShrinkOptions& options) {
  std::vector<DType> types;
  const auto fits = [&](DType type) { return tensor.shape.n_cols() % type.info().block_weights == 0; };
  if (!options.types.empty()) {
    for (const DType type : options.types) {
      if (fits(type)) types.push_back(type);
    }
  } else {
    for (size_t i = 0; i < all_types().size(); ++i) {
      const DType type(static_cast<int>(i));
      if (!type.info().is_float && fits(type)) types.push_back(type);
    }
  }
  if (types.empty() || options.types.empty()) types.push_back(dtype_of<F16>);
  return types;
}

// What a small file says of itself.
void record_loss(Metadata& metadata, int64_t original_bytes, double divergence) {
  metadata.set("ondol.original_bytes", {.type = MetaType::kU64, .value = original_bytes});
  metadata.set_f32("ondol.shrink.kl", static_cast<float>(divergence));
}

class Shrinker {
 public:
  Shrinker(const ImportedModel& original, const ShrinkOptions& options, ThreadPool& pool,
           const ShrinkProgress& progress)
      : original_(original), options_(options), pool_(pool), progress_(progress) {}

  void collect(const Importance& importance) {
    for (size_t i = 0; i < original_.tensors.size(); ++i) {
      const ImportedTensor& tensor = original_.tensors[i];
      if (stays_f32(tensor.name, tensor.shape)) continue;
      matrices_.push_back({.tensor = i,
                           .importance = importance_of(importance, tensor.name),
                           .types = types_for(tensor, options_),
                           .choices = {}});
    }
  }

  // Reads the text of the field for what errors of columns can be answered by others.
  Status prepare_feedback(const TrialModel& trial, std::span<const Example> texts) {
    constexpr int64_t kChunks = 32;
    int64_t n_weights = 0;
    for (const ImportedTensor& tensor : original_.tensors) n_weights += tensor.shape.n_elements();
    TRY(const SecondMoments moments,
        measure_second_moments(trial.model(), trial.checkpoint(), pool_, texts, {.max_chunks = kChunks},
                               n_weights * static_cast<int64_t>(sizeof(float)), [&](int64_t n_done, int64_t n_all) {
                                 if (progress_) progress_(ShrinkStage::kMoments, n_done, n_all);
                               }));
    // matrices that read the same share one factorisation
    std::map<const SecondMoment*, std::shared_ptr<const ErrorFeedback>> feedbacks;
    for (const auto& [name, moment] : moments) feedbacks.emplace(moment.get(), nullptr);
    std::vector<std::pair<const SecondMoment* const, std::shared_ptr<const ErrorFeedback>>*> slots;
    for (auto& slot : feedbacks) slots.push_back(&slot);
    pool_.for_each(std::ssize(slots), [&](int64_t i, int) {
      auto& [moment, feedback] = *slots[static_cast<size_t>(i)];
      if (auto made = ErrorFeedback::create(*moment)) feedback = std::make_shared<ErrorFeedback>(std::move(*made));
    });
    for (Matrix& matrix : matrices_) {
      const auto moment = moments.find(original_.tensors[matrix.tensor].name);
      if (moment == moments.end()) continue;
      matrix.feedback = feedbacks.at(moment->second.get());
      if (!matrix.feedback) continue;
      matrix.feeds_back = true;
      for (const DType type : matrix.types) {
        const int64_t block = type.info().block_weights;
        if (!matrix.answered_importance.contains(block)) {
          matrix.answered_importance.emplace(block, matrix.feedback->importance(block));
        }
      }
    }
    return check_interrupted();
  }

  Status estimate_errors() {
    for (size_t m = 0; m < matrices_.size(); ++m) {
      TRY(check_interrupted());
      estimate_errors(matrices_[m]);
      tell(ShrinkStage::kErrors, static_cast<int64_t>(m) + 1);
    }
    return ok();
  }

  // How far the model moves for each tensor's error, each alone.  Errors stay unanswered where that is measured better.
  Status measure_sensitivities(TrialModel& trial, DivergenceMeter& meter) {
    for (size_t m = 0; m < matrices_.size(); ++m) {
      TRY(check_interrupted());
      Matrix& matrix = matrices_[m];
      size_t probe = probe_of(matrix);
      TRY(double divergence, measure_alone(matrix, probe, trial, meter));
      if (matrix.feeds_back) {
        matrix.feeds_back = false;
        TRY(const double unanswered, measure_alone(matrix, probe, trial, meter));
        matrix.feeds_back = divergence < unanswered;
        if (!matrix.feeds_back) {
          divergence = unanswered;
          estimate_errors(matrix);
        }
      }
      scale_losses(matrix, probe, divergence);
      tell(ShrinkStage::kSensitivity, static_cast<int64_t>(m) + 1);
    }
    return ok();
  }

  // The types for a budget of `bytes` for the matrices.  False: they cannot be so small.
  bool choose(int64_t bytes) {
    std::vector<std::vector<TypeChoice>> choices;
    for (const Matrix& matrix : matrices_) choices.push_back(matrix.choices);
    const auto chosen = allocate(choices, bytes);
    if (!chosen) return false;
    for (size_t m = 0; m < matrices_.size(); ++m) matrices_[m].chosen = (*chosen)[m];
    return true;
  }

  int64_t least_bytes() const {
    int64_t bytes = 0;
    for (const Matrix& matrix : matrices_) {
      int64_t least = std::numeric_limits<int64_t>::max();
      for (const DType type : matrix.types) least = std::min(least, file_bytes(matrix, type));
      bytes += least;
    }
    return bytes;
  }

  int64_t chosen_bytes() const {
    int64_t bytes = 0;
    for (const Matrix& matrix : matrices_) bytes += matrix.choices[matrix.chosen].size_bytes;
    return bytes;
  }

  // Stores every tensor as chosen and measures.
  Result<double> apply(TrialModel& trial, DivergenceMeter& meter) {
    for (Matrix& matrix : matrices_) {
      TRY(check_interrupted());
      TRY(store_chosen(trial, matrix));
    }
    return measure(trial, meter);
  }

  // Each tensor's part of the whole divergence: what it falls by when this one is as it was.
  Status measure_shares(TrialModel& trial, DivergenceMeter& meter) {
    TRY(const double whole, measure(trial, meter));
    for (Matrix& matrix : matrices_) {
      TRY(check_interrupted());
      if (matrix.choices[matrix.chosen].loss <= 0) continue;
      TRY(trial.store(matrix.tensor, original_.tensors[matrix.tensor].dtype, {}));
      TRY(const double without, measure(trial, meter));
      TRY(store_chosen(trial, matrix));
      // A share that sampling makes small or negative is not believed entirely.
      const double alone = matrix.choices[matrix.chosen].loss;
      scale_losses(matrix, matrix.chosen, std::max(whole - without, 0.1 * alone));
    }
    return ok();
  }

  // Exchanges types between two tensors while time is left: one takes a step up, another pays for it.
  Result<double> exchange(TrialModel& trial, DivergenceMeter& meter, double best, int64_t budget, double seconds) {
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<std::pair<size_t, size_t>> failed;
    while (Clock::now() < end) {
      TRY(check_interrupted());
      const auto next = best_exchange(budget, failed);
      if (!next) break;
      const auto [up, down] = *next;
      const size_t up_was = matrices_[up.matrix].chosen, down_was = matrices_[down.matrix].chosen;
      matrices_[up.matrix].chosen = up.choice;
      matrices_[down.matrix].chosen = down.choice;
      TRY(store_chosen(trial, matrices_[up.matrix]));
      TRY(store_chosen(trial, matrices_[down.matrix]));
      TRY(const double divergence, measure(trial, meter));
      if (divergence < best) {
        best = divergence;
        failed.clear();
      } else {
        failed.emplace_back(up.matrix, down.matrix);
        matrices_[up.matrix].chosen = up_was;
        matrices_[down.matrix].chosen = down_was;
        TRY(store_chosen(trial, matrices_[up.matrix]));
        TRY(store_chosen(trial, matrices_[down.matrix]));
      }
      if (progress_) {
        const double left = std::chrono::duration<double>(end - Clock::now()).count();
        progress_(ShrinkStage::kSearch, static_cast<int64_t>(1000 * std::clamp(1 - left / seconds, 0.0, 1.0)), 1000);
      }
    }
    return best;
  }

  std::vector<size_t> choice() const {
    std::vector<size_t> chosen;
    for (const Matrix& matrix : matrices_) chosen.push_back(matrix.chosen);
    return chosen;
  }
  void set_choice(const std::vector<size_t>& chosen) {
    for (size_t m = 0; m < matrices_.size(); ++m) matrices_[m].chosen = chosen[m];
  }

  const std::vector<Matrix>& matrices() const { return matrices_; }
  int64_t n_measured() const { return n_measured_; }

  static constexpr int64_t kGgufAlignment = 32;

 private:
  struct Move {
    size_t matrix, choice;
    int64_t more_bytes;
    double saved;
  };

  void tell(ShrinkStage stage, int64_t n_done) const {
    if (progress_) progress_(stage, n_done, std::ssize(matrices_));
  }

  static Status store_chosen(TrialModel& trial, const Matrix& matrix) {
    return trial.store(matrix.tensor, matrix.chosen_type(), matrix.chosen_importance(), matrix.used_feedback());
  }

  int64_t file_bytes(const Matrix& matrix, DType type) const {
    return round_up(type.size_bytes(original_.tensors[matrix.tensor].shape.n_elements()), kGgufAlignment);
  }

  // Bytes and share of error in every type.
  void estimate_errors(Matrix& matrix) const {
    const ImportedTensor& tensor = original_.tensors[matrix.tensor];
    matrix.choices.clear();
    for (const DType type : matrix.types) {
      const bool exact = type == tensor.dtype;
      const double error =
          exact ? 0
                : type_error(tensor, type, matrix.importance_for(type), matrix.used_feedback(), kRowsForErrors, pool_);
      matrix.choices.push_back({file_bytes(matrix, type), error});
    }
  }

  // The divergence with this matrix alone in one of its types.
  Result<double> measure_alone(const Matrix& matrix, size_t choice, TrialModel& trial, DivergenceMeter& meter) {
    const DType type = matrix.types[choice];
    TRY(trial.store(matrix.tensor, type, matrix.importance_for(type), matrix.used_feedback()));
    TRY(const double divergence, measure(trial, meter));
    TRY(trial.store(matrix.tensor, original_.tensors[matrix.tensor].dtype, {}));
    return divergence;
  }

  Result<double> measure(const TrialModel& trial, DivergenceMeter& meter) {
    ++n_measured_;
    return meter.measure(trial.model());
  }

  // The choice with an error nearest to that of three bits, where divergences are neither noise nor ruin.
  static size_t probe_of(const Matrix& matrix) {
    constexpr double kThreeBits = 0.02;
    size_t best = 0;
    double nearest = std::numeric_limits<double>::infinity();
    for (size_t c = 0; c < matrix.choices.size(); ++c) {
      if (matrix.choices[c].loss <= 0) continue;
      const double distance = std::abs(std::log(matrix.choices[c].loss / kThreeBits));
      if (distance < nearest) {
        nearest = distance;
        best = c;
      }
    }
    return best;
  }

  // Losses become divergences: that of `known` is `divergence`, the others' follow their errors.
  static void scale_losses(Matrix& matrix, size_t known, double divergence) {
    const double error = matrix.choices[known].loss;
    if (error <= 0) return;
    const double scale = std::max(divergence, 1e-12) / error;
    for (TypeChoice& choice : matrix.choices) choice.loss *= scale;
  }

  std::vector<Move> moves(bool up) const {
    std::vector<Move> moves;
    for (size_t m = 0; m < matrices_.size(); ++m) {
      const Matrix& matrix = matrices_[m];
      const TypeChoice& now = matrix.choices[matrix.chosen];
      for (size_t c = 0; c < matrix.choices.size(); ++c) {
        const Move move{m, c, matrix.choices[c].size_bytes - now.size_bytes, now.loss - matrix.choices[c].loss};
        if (up ? move.saved > 0 && move.more_bytes > 0 : move.more_bytes < 0) moves.push_back(move);
      }
    }
    return moves;
  }

  // The pair of moves that fits the budget and promises most, of those that have not failed.
  std::optional<std::pair<Move, Move>> best_exchange(int64_t budget,
                                                     const std::vector<std::pair<size_t, size_t>>& failed) const {
    const std::vector<Move> ups = moves(true), downs = moves(false);
    const int64_t left = budget - chosen_bytes();
    std::optional<std::pair<Move, Move>> best;
    double most = -std::numeric_limits<double>::infinity();
    for (const Move& up : ups) {
      for (const Move& down : downs) {
        if (up.matrix == down.matrix || up.more_bytes + down.more_bytes > left) continue;
        const double saved = up.saved + down.saved;
        if (saved <= most) continue;
        if (std::find(failed.begin(), failed.end(), std::pair(up.matrix, down.matrix)) != failed.end()) continue;
        most = saved;
        best = {up, down};
      }
    }
    return best;
  }

  const ImportedModel& original_;
  const ShrinkOptions& options_;
  ThreadPool& pool_;
  const ShrinkProgress& progress_;
  std::vector<Matrix> matrices_;
  int64_t n_measured_ = 0;
};

double default_search_s(double n_weights) {
  const double millions = n_weights / 1e6;
  return std::max(10.0, std::min(3 * millions, 60 + millions / 2));
}

TensorToWrite chosen_tensor(const ImportedTensor& tensor, DType type, std::span<const float> importance,
                            ThreadPool& pool) {
  return {tensor.name, type, tensor.shape, [&tensor, type, importance, &pool](const ByteSink& sink) {
            return encode_rows(tensor, type, pool, sink, importance);
          }};
}

std::vector<TensorToWrite> tensors_of(const ShrunkModel& shrunk, ThreadPool& pool) {
  std::vector<TensorToWrite> tensors;
  for (const ImportedTensor& tensor : shrunk.model.tensors) {
    tensors.push_back(chosen_tensor(tensor, dtype_of<F32>, {}, pool));
  }
  for (const ChosenType& chosen : shrunk.types) {
    tensors[chosen.tensor] = chosen_tensor(shrunk.model.tensors[chosen.tensor], chosen.type, chosen.importance, pool);
  }
  return tensors;
}

// The divergence at the meter's positions of the numbers the file would have.
Result<double> measure_stored(const ShrunkModel& shrunk, const std::string& name, DivergenceMeter& meter,
                              ThreadPool& pool) {
  TRY(const auto trial, shrunk.stored(name, pool));
  return meter.measure(trial->model());
}

}  // namespace

Result<SizeBudget> parse_size_budget(std::string_view text) {
  const auto bad = [&] { return fail(ErrorKind::kUsage, msg::kShrinkSize, text); };
  if (text.ends_with('%')) {
    const std::string number(text.substr(0, text.size() - 1));
    char* end = nullptr;
    const double percent = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0' || !(percent > 0 && percent <= 100)) return bad();
    return SizeBudget{.size_bytes = 0, .share = percent / 100};
  }
  const auto size_bytes = parse_byte_count(text);
  return size_bytes ? Result<SizeBudget>(SizeBudget{.size_bytes = *size_bytes}) : bad();
}

int64_t budget_bytes(const SizeBudget& budget, int64_t original_bytes) {
  if (budget.size_bytes > 0) return budget.size_bytes;
  return static_cast<int64_t>(budget.share * static_cast<double>(original_bytes));
}

int64_t least_shrunk_bytes(const ImportedModel& model, const ShrinkOptions& options) {
  Metadata metadata = model.source.metadata;
  metadata.erase("general.file_type");
  record_loss(metadata, 0, 0);
  std::vector<TensorToWrite> tensors;
  for (const ImportedTensor& tensor : model.tensors) {
    const auto bytes_of = [&](DType type) { return type.size_bytes(tensor.shape.n_elements()); };
    DType least = dtype_of<F32>;
    if (!stays_f32(tensor.name, tensor.shape)) {
      for (const DType type : types_for(tensor, options)) {
        if (bytes_of(type) < bytes_of(least)) least = type;
      }
    }
    tensors.push_back({tensor.name, least, tensor.shape, nullptr});
  }
  return gguf_size_bytes(metadata, tensors);
}

void ShrunkModel::record_divergence(double divergence) { record_loss(metadata, report.original_bytes, divergence); }

Result<std::unique_ptr<TrialModel>> ShrunkModel::stored(const std::string& name, ThreadPool& pool) const {
  TRY(auto trial, TrialModel::create(model, name, pool));
  for (const ChosenType& chosen : types) { TRY(trial->store(chosen.tensor, chosen.type, chosen.importance)); }
  return trial;
}

Status ShrunkModel::write(const std::string& path, ThreadPool& pool, WriteOptions options) const {
  options.source = &model.source;
  return write_gguf(path, metadata, tensors_of(*this, pool), options);
}

Result<ShrunkModel> shrink_model(const ImportedModel& original, const std::string& name, const Importance& importance,
                                 const ShrinkTexts& texts, const ShrinkOptions& options, ThreadPool& pool,
                                 const ShrinkProgress& progress) {
  ShrunkModel shrunk{.model = original, .metadata = original.source.metadata};
  ShrinkReport& report = shrunk.report;
  shrunk.metadata.erase("general.file_type");
  shrunk.record_divergence(0);

  Shrinker shrinker(original, options, pool, progress);
  shrinker.collect(importance);
  // What the file takes beside its matrices.
  for (const Matrix& matrix : shrinker.matrices()) shrunk.types.push_back({matrix.tensor, dtype_of<F16>, {}});
  const std::vector<TensorToWrite> at_16_bits = tensors_of(shrunk, pool);
  int64_t fixed = gguf_size_bytes(shrunk.metadata, at_16_bits);
  // a trimmed model's says what there was before
  report.original_bytes = original.source.metadata.get_int("ondol.original_bytes").value_or(fixed);
  for (const Matrix& matrix : shrinker.matrices()) {
    fixed -= round_up(at_16_bits[matrix.tensor].size_bytes(), Shrinker::kGgufAlignment);
  }
  report.budget_bytes = budget_bytes(options.budget, report.original_bytes);

  const int64_t budget = report.budget_bytes - fixed;
  if (budget < shrinker.least_bytes()) {
    return fail(ErrorKind::kBadInput, msg::kShrinkTooSmall, report.budget_bytes, fixed + shrinker.least_bytes());
  }
  TRY(const auto trial, TrialModel::create(original, name, pool));
  TRY(shrinker.prepare_feedback(*trial, texts.repair));
  TRY(shrinker.estimate_errors());
  TRY(DivergenceMeter meter, DivergenceMeter::create(trial->model(), pool, texts.search, options.n_positions));
  std::optional<DivergenceMeter> test;
  if (!texts.test.empty()) {
    TRY(test, DivergenceMeter::create(trial->model(), pool, texts.test, 4 * options.n_positions));
  }
  // Tensors one by one are measured twice or thrice each: at fewer positions where the model is large.
  constexpr double kPositionsTimesWeights = 1e10;
  const double n_weights = static_cast<double>(report.original_bytes) / 2;
  std::optional<DivergenceMeter> coarse;
  if (const auto few = static_cast<int64_t>(kPositionsTimesWeights / n_weights); few < options.n_positions) {
    TRY(coarse, DivergenceMeter::create(trial->model(), pool, texts.search, std::max<int64_t>(few, 96)));
  }
  DivergenceMeter& single = coarse ? *coarse : meter;
  TRY(shrinker.measure_sensitivities(*trial, single));
  CHECK(shrinker.choose(budget));
  TRY(report.divergence, shrinker.apply(*trial, meter));
  report.first_divergence = report.divergence;

  // again, among the others' errors
  const std::vector<size_t> first = shrinker.choice();
  TRY(shrinker.measure_shares(*trial, single));
  CHECK(shrinker.choose(budget));
  TRY(const double again, shrinker.apply(*trial, meter));
  if (again < report.divergence) {
    report.divergence = again;
  } else {
    shrinker.set_choice(first);
    TRY(report.divergence, shrinker.apply(*trial, meter));
  }
  const double search_s = options.search_s > 0 ? options.search_s : default_search_s(n_weights);
  TRY(report.divergence, shrinker.exchange(*trial, meter, report.divergence, budget, search_s));
  report.test_divergence = std::numeric_limits<double>::quiet_NaN();
  if (test) { TRY(report.test_divergence, test->measure(trial->model())); }
  report.n_measured = shrinker.n_measured();

  shrunk.types.clear();
  for (const Matrix& matrix : shrinker.matrices()) {
    const std::span<const float> importance = matrix.chosen_importance();
    const auto kept = std::make_shared<const std::vector<float>>(importance.begin(), importance.end());
    shrunk.types.push_back({matrix.tensor, matrix.chosen_type(), *kept});
    if (!matrix.feeds_back) continue;
    shrunk.model.tensors[matrix.tensor] =
        feedback_targets(original.tensors[matrix.tensor], matrix.chosen_type(), *kept, *matrix.feedback);
    shrunk.used.push_back(kept);
    shrunk.used.push_back(matrix.feedback);
  }

  report.unrepaired_test_divergence = report.test_divergence;
  if (options.repair && !texts.repair.empty()) {
    std::vector<StoredAs> stored(original.tensors.size(), StoredAs{dtype_of<F32>, {}});
    for (const ChosenType& chosen : shrunk.types) stored[chosen.tensor] = {chosen.type, chosen.importance};
    TRY(ImportedModel moved, repair(
                                 original, shrunk.model, name, [&](size_t tensor) { return stored[tensor]; },
                                 texts.repair, *options.repair, pool,
                                 [&](int64_t step, int64_t n_steps, double) {
                                   if (progress) progress(ShrinkStage::kRepair, step, n_steps);
                                 }));
    const ShrunkModel repaired{.model = std::move(moved), .types = shrunk.types};
    TRY(const double divergence, measure_stored(repaired, name, meter, pool));
    if (divergence < report.divergence) {
      report.divergence = divergence;
      if (test) { TRY(report.test_divergence, measure_stored(repaired, name, *test, pool)); }
      shrunk.model.tensors = repaired.model.tensors;
      auto& buffers = shrunk.model.source.buffers;  // that hold them
      buffers.insert(buffers.end(), repaired.model.source.buffers.begin(), repaired.model.source.buffers.end());
    }
  }

  shrunk.record_divergence(report.divergence);
  const std::vector<TensorToWrite> tensors = tensors_of(shrunk, pool);
  for (const TensorToWrite& tensor : tensors) {
    report.tensors.push_back({tensor.name, tensor.dtype, tensor.shape.n_elements(), tensor.size_bytes()});
  }
  report.size_bytes = gguf_size_bytes(shrunk.metadata, tensors);
  return shrunk;
}

Result<ShrinkReport> shrink(const std::string& path, const ImportedModel& original, const std::string& name,
                            const Importance& importance, const ShrinkTexts& texts, const ShrinkOptions& options,
                            ThreadPool& pool, WriteOptions write, const ShrinkProgress& progress) {
  TRY(const ShrunkModel shrunk, shrink_model(original, name, importance, texts, options, pool, progress));
  TRY(shrunk.write(path, pool, write));
  return shrunk.report;
}

}  // namespace ondol
