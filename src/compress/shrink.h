// Shrink: a model made to fit a number of bytes, with the type of every tensor chosen by what it costs.
//
// Each tensor's loss in a type is taken as its share of quantising error there (type_error.h), times how far the whole
// model moves for that tensor's error: the KL divergence measured with only this tensor changed.  The allocation that
// follows is measured as a whole; then each tensor's share is measured again among all the others' errors, which do
// not quite add up, and exchanges between tensors are tried, measured and kept where they help.
// Source: the divergence as yardstick, EvoPress (Sieberling et al. 2024); the allocation, compress/allocation.h.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "compress/importance.h"
#include "compress/repair.h"
#include "compress/trial_model.h"
#include "format/tensor_writer.h"
#include "model/import/imported_model.h"
#include "tune/data/example.h"

namespace ondol {

// Whole-file bytes: a number, or a share of what the model takes with its matrices at 16 bits a weight.
struct SizeBudget {
  int64_t size_bytes = 0;
  double share = 0;  // 0 … 1, where size_bytes is 0
};

// "300M", "1.2GB", "512KiB" or "25%".  Fails with kUsage.
Result<SizeBudget> parse_size_budget(std::string_view text);

// The bytes it allows a model that takes `original_bytes` at 16 bits.
int64_t budget_bytes(const SizeBudget& budget, int64_t original_bytes);

struct ShrinkOptions {
  SizeBudget budget;
  std::vector<DType> types;  // to choose from; empty: all quantised ones that lose less than everything
  double search_s =
      0;  // time for exchanges; 0: three seconds for each million weights, at least ten, of large models less
  std::optional<RepairOptions> repair = {};
  int64_t n_positions = 768;  // that divergences are measured at
};

struct ShrunkTensor {
  std::string name;
  DType type;
  int64_t n_weights = 0, size_bytes = 0;
};

struct ShrinkReport {
  int64_t size_bytes = 0, budget_bytes = 0, original_bytes = 0;  // whole files; the original's at 16 bits
  double divergence = 0;                                         // mean KL on the text the search measured
  double test_divergence = 0;                                    // on text nothing was chosen by; NaN: there was none
  double unrepaired_test_divergence = 0;                         // the same before the repair
  double first_divergence = 0;                                   // before the search
  int64_t n_measured = 0;                                        // divergences
  std::vector<ShrunkTensor> tensors;
};

// The smallest file of `model` with the types that `options` allows.
int64_t least_shrunk_bytes(const ImportedModel& model, const ShrinkOptions& options);

// What the repair learns, what the types are chosen by, and what only judges.
struct ShrinkTexts {
  std::span<const Example> repair, search, test;
};

enum class ShrinkStage { kMoments, kErrors, kSensitivity, kSearch, kRepair };
using ShrinkProgress = std::function<void(ShrinkStage stage, int64_t n_done, int64_t n_all)>;

// A tensor's type, and what its errors were weighed with.
struct ChosenType {
  size_t tensor;  // in the model
  DType type;
  std::vector<float> importance;  // as encode_rows()
};

// A model whose types are chosen, not yet in a file.  The original that it was made of outlives it.
struct ShrunkModel {
  ImportedModel model = {};            // the numbers that will be rounded
  Metadata metadata = {};              // of the file
  std::vector<ChosenType> types = {};  // of the matrices; all else is F32
  ShrinkReport report = {};
  std::vector<std::shared_ptr<const void>> used = {};  // by the model's tensors when they are read

  // What the file says of its loss instead of the search's figure.
  void record_divergence(double divergence);
  // The numbers that the file will have, loaded; this outlives the result.  Fails as TrialModel::create().
  Result<std::unique_ptr<TrialModel>> stored(const std::string& name, ThreadPool& pool) const;
  // Fails as write_gguf(); then nothing is left behind.
  Status write(const std::string& path, ThreadPool& pool, WriteOptions options) const;
};

// `original` within the budget.  `importance` may be empty.  Fails with kBadInput when the budget is below what the
// smallest types need (it says how much that is), kOutOfMemory or kInterrupted.
Result<ShrunkModel> shrink_model(const ImportedModel& original, const std::string& name, const Importance& importance,
                                 const ShrinkTexts& texts, const ShrinkOptions& options, ThreadPool& pool,
                                 const ShrinkProgress& progress = nullptr);

// Writes what shrink_model() gives to `path`.  Fails as that and ShrunkModel::write() do.
Result<ShrinkReport> shrink(const std::string& path, const ImportedModel& original, const std::string& name,
                            const Importance& importance, const ShrinkTexts& texts, const ShrinkOptions& options,
                            ThreadPool& pool, WriteOptions write, const ShrinkProgress& progress = nullptr);

}  // namespace ondol
