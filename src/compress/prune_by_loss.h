// A model pruned to a number of layers and a width of its feed-forwards, by what is measured on a field's text, and
// taught by the whole model afterwards.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compress/prune_choice.h"
#include "compress/repair.h"
#include "compress/shrink.h"

namespace ondol {

struct PruneOptions {
  int n_layers = 0;      // to keep; 0: all
  int64_t ffn_size = 0;  // channels of each layer to keep; 0: all
  std::optional<RepairOptions> repair = {};
  int64_t n_positions = 768;  // that divergences are measured at
};

struct PruneReport {
  std::vector<int> layers;  // kept
  int n_layers = 0;         // of the whole model
  std::vector<LayerLeftOut> left_out;
  int64_t ffn_size = 0, whole_ffn_size = 0;  // of the widest layer
  double divergence = 0;                     // mean KL from the whole model on the search's text, before the repair
  std::optional<double> repaired_divergence = {};  // after it; none where there was none
  bool is_repaired = false;                        // it helped, and was kept
  int64_t n_measured = 0;                          // divergences
};

struct PrunedModel {
  ImportedModel model;  // of F32 where it was repaired, else of original's types
  PruneReport report;
};

enum class PruneStage { kLayers, kCalibration, kRepair };
using PruneProgress = std::function<void(PruneStage stage, int64_t n_done, int64_t n_all)>;

// Prunes `original`, which needs eight bytes of memory a weight, and with a repair the training's besides.  Layers are
// chosen first, then channels of what they leave, on texts.repair; the repair, which learns from the same, is kept only
// where texts.search says that it helped.  Fails as check_prunable(), prune(), calibrate() and repair() do.
Result<PrunedModel> prune_by_loss(const ImportedModel& original, const std::string& name, const ShrinkTexts& texts,
                                  const PruneOptions& options, ThreadPool& pool, const PruneProgress& progress);

// `model` with its matrices as `type`, a float type; what stays F32 (model/storage_type.h) stays.
ImportedModel with_float_type(const ImportedModel& model, DType type);

}  // namespace ondol
