#include "compress/prune_by_loss.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "compress/calibrate.h"
#include "compress/decoded_model.h"
#include "compress/prune.h"
#include "model/storage_type.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

// A model's numbers in memory as F32, loaded.
struct Loaded {
  DecodedModel decoded;
  Model model;
};
Result<Loaded> load_decoded(const ImportedModel& model, const std::string& name, ThreadPool& pool) {
  TRY(DecodedModel decoded, decode_model(model, pool));
  TRY(Model loaded, load_model(decoded.checkpoint, name, pool, {.low_memory = true}));
  return Loaded{std::move(decoded), std::move(loaded)};
}

// The same positions for models of every size, fewer where they are large.
int64_t positions_for(const ImportedModel& model, int64_t n_positions) {
  constexpr double kPositionsTimesWeights = 1e10;
  double n_weights = 0;
  for (const ImportedTensor& tensor : model.tensors) n_weights += static_cast<double>(tensor.shape.n_elements());
  return std::clamp(static_cast<int64_t>(kPositionsTimesWeights / n_weights), std::min<int64_t>(96, n_positions),
                    n_positions);
}

Result<std::vector<std::vector<int64_t>>> channels_by_text(const ImportedModel& model, const std::string& name,
                                                           int n_layers, int64_t ffn_size,
                                                           std::span<const Example> texts, ThreadPool& pool,
                                                           const PruneProgress& progress) {
  constexpr int64_t kChunks = 200;
  TRY(const Loaded loaded, load_decoded(model, name, pool));
  TRY(const CalibrationResult read,
      calibrate(loaded.model, loaded.decoded.checkpoint, pool, texts, {.max_chunks = kChunks}, {},
                [&](const Importance& so_far, int64_t n_chunks) -> Status {
                  if (progress) progress(PruneStage::kCalibration, so_far.n_chunks, n_chunks);
                  return ok();
                }));
  return choose_channels(model, n_layers, read.importance, ffn_size);
}

Result<double> measure(const ImportedModel& model, const std::string& name, DivergenceMeter& meter, ThreadPool& pool) {
  TRY(const Loaded loaded, load_decoded(model, name, pool));
  return meter.measure(loaded.model);
}

// `repaired`, whose numbers are in memory, with the files and keys of what it was made of.
ImportedModel with_source(ImportedModel repaired, const ImportedModel& pruned) {
  Checkpoint source = pruned.source;
  source.buffers.insert(source.buffers.end(), repaired.source.buffers.begin(), repaired.source.buffers.end());
  repaired.source = std::move(source);
  return repaired;
}

}  // namespace

Result<PrunedModel> prune_by_loss(const ImportedModel& original, const std::string& name, const ShrinkTexts& texts,
                                  const PruneOptions& options, ThreadPool& pool, const PruneProgress& progress) {
  TRY(check_prunable(original, name, options.n_layers > 0, options.ffn_size > 0));
  TRY(const Hyperparameters hp, hyperparameters_of(original, name));
  PrunedModel pruned;
  PruneReport& report = pruned.report;
  report.n_layers = hp.n_layers;
  report.whole_ffn_size = report.ffn_size = hp.ffn_size;

  TRY(std::optional<Loaded> whole, load_decoded(original, name, pool));
  TRY(DivergenceMeter meter, DivergenceMeter::create(whole->model, pool, texts.search, options.n_positions));
  KeptParts kept;
  if (options.n_layers > 0) {
    const int64_t few = positions_for(original, options.n_positions);
    std::optional<DivergenceMeter> coarse;
    if (few < options.n_positions) { TRY(coarse, DivergenceMeter::create(whole->model, pool, texts.search, few)); }
    TRY(LayerChoice choice,
        choose_layers(whole->model, coarse ? *coarse : meter, options.n_layers, [&](int64_t n_done, int64_t n_all) {
          if (progress) progress(PruneStage::kLayers, n_done, n_all);
        }));
    kept.layers = std::move(choice.kept);
    report.left_out = std::move(choice.left_out);
    report.n_measured = choice.n_measured;
  } else {
    kept.layers.resize(static_cast<size_t>(hp.n_layers));
    std::iota(kept.layers.begin(), kept.layers.end(), 0);
  }
  whole.reset();
  TRY(pruned.model, prune(original, name, kept));
  if (options.ffn_size > 0) {
    TRY(kept.channels, channels_by_text(pruned.model, name, static_cast<int>(kept.layers.size()), options.ffn_size,
                                        texts.repair, pool, progress));
    TRY(pruned.model, prune(original, name, kept));
    report.ffn_size = options.ffn_size;
  }
  report.layers = kept.layers;
  TRY(report.divergence, measure(pruned.model, name, meter, pool));
  ++report.n_measured;

  if (options.repair && !texts.repair.empty()) {
    TRY(ImportedModel repaired, repair(
                                    original, pruned.model, name,
                                    [](size_t) {
                                      return StoredAs{dtype_of<F32>, {}};
                                    },
                                    texts.repair, *options.repair, pool,
                                    [&](int64_t step, int64_t n_steps, double) {
                                      if (progress) progress(PruneStage::kRepair, step, n_steps);
                                    }));
    TRY(report.repaired_divergence, measure(repaired, name, meter, pool));
    ++report.n_measured;
    report.is_repaired = *report.repaired_divergence < report.divergence;
    if (report.is_repaired) pruned.model = with_source(std::move(repaired), pruned.model);
  }
  return pruned;
}

ImportedModel with_float_type(const ImportedModel& model, DType type) {
  CHECK(type.info().is_float);
  ImportedModel changed = model;
  for (ImportedTensor& tensor : changed.tensors) {
    if (stays_f32(tensor.name, tensor.shape) || tensor.dtype == type) continue;
    const DType before = tensor.dtype;
    const int64_t n_cols = tensor.shape.n_cols();
    tensor.dtype = type;
    tensor.layout = Layout::kFile;
    tensor.read_rows = [=, read = tensor.read_rows](int64_t first, int64_t n, uint8_t* out) {
      std::vector<uint8_t> stored(static_cast<size_t>(before.size_bytes(n_cols)));
      std::vector<float> numbers(static_cast<size_t>(n_cols));
      for (int64_t row = first; row < first + n; ++row, out += type.size_bytes(n_cols)) {
        read(row, 1, stored.data());
        before.info().decode(stored.data(), numbers.data(), n_cols);
        type.info().encode(numbers.data(), nullptr, out, n_cols);
      }
    };
  }
  return changed;
}

}  // namespace ondol
