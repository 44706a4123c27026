#include "measure/shape_fit.h"

#include <algorithm>

#include "model/random_model.h"

namespace ondol {
namespace {

// From most bits a weight to least; between them lie others of like size.
constexpr const char* kTypes[] = {"F16", "Q8_0", "OT4", "OT3", "OT2_5", "OT2"};

// The header such a model's file would have.
Checkpoint header_of(const ModelShape& shape, DType type, Metadata& metadata) {
  Checkpoint checkpoint{.format = "random", .metadata = std::move(metadata)};
  for (const TensorToWrite& tensor : random_model_tensors(shape, type, 1)) {
    checkpoint.tensors.push_back({tensor.name, {nullptr, tensor.dtype, tensor.shape}});
  }
  return checkpoint;
}

Result<ShapeFit> fit_type(const ModelShape& shape, const char* type, const Checkpoint& checkpoint, const Device& device,
                          const Goal& goal, PlannedRun run) {
  TRY(const Model outline, outline_model(checkpoint, std::string(shape.name)));
  run.context_length = std::min(outline.hp.context_length,
                                run.context_length > 0 ? run.context_length : default_context_length(outline));
  run.n_prompt = run.context_length - 1;
  run.n_predict = 1;
  ShapeFit fit{.shape = std::string(shape.name), .type = type, .context_length = run.context_length};
  for (const NamedTensor& tensor : checkpoint.tensors) {
    fit.n_parameters += tensor.view.shape.n_elements();
    fit.file_bytes += tensor.view.size_bytes();
  }
  TRY(const MemoryPlan memory, plan_memory(checkpoint, outline, run));
  const SpeedPlan speed = estimate_speed(outline, run, device);
  fit.needed_bytes = memory.needed_bytes();
  fit.tokens_per_s = speed.decode_tokens_per_s(run);
  TRY(fit.longest, longest_contexts(checkpoint, outline, run, speed, goal));
  fit.fits = fit.needed_bytes <= goal.ram_bytes && fit.tokens_per_s >= goal.tokens_per_s;
  return fit;
}

}  // namespace

Result<std::vector<ShapeFit>> fit_shapes(const Device& device, const Goal& goal, int64_t context_length, KvType kv_type,
                                         int n_threads) {
  std::vector<ShapeFit> fits;
  for (const ModelShape& shape : known_shapes()) {
    Metadata metadata = random_model_metadata(shape, true);
    ShapeFit best;
    for (const char* name : kTypes) {
      Checkpoint checkpoint = header_of(shape, *find_type(name), metadata);
      TRY(best, fit_type(shape, name, checkpoint, device, goal,
                         {.context_length = context_length, .kv_type = kv_type, .n_threads = n_threads}));
      metadata = std::move(checkpoint.metadata);
      if (best.fits) break;
    }
    fits.push_back(std::move(best));
  }
  std::sort(fits.begin(), fits.end(),
            [](const ShapeFit& a, const ShapeFit& b) { return a.n_parameters < b.n_parameters; });
  return fits;
}

}  // namespace ondol
