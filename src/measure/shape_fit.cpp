#include "measure/shape_fit.h"

#include <algorithm>

#include "model/random_model.h"

namespace ondol {
namespace {

// From most bits a weight to least; between them lie others of like size.
constexpr const char* kTypes[] = {"F16", "Q8_0", "OT4", "OT3", "OT2_5", "OT2"};

// The header such a model's file would have.
Checkpoint header_of(const ModelShape& shape, DType type, Metadata metadata) {
  Checkpoint checkpoint{.format = "random", .metadata = std::move(metadata)};
  for (const TensorToWrite& tensor : random_model_tensors(shape, type, 1)) {
    checkpoint.tensors.push_back({tensor.name, {nullptr, tensor.dtype, tensor.shape}});
  }
  return checkpoint;
}

// One shape in one type.
class Candidate {
 public:
  Candidate(const Checkpoint& checkpoint, const Model& outline, const Device& device, const ShapeWish& wish)
      : checkpoint_(checkpoint), outline_(outline), device_(device), wish_(wish) {}

  // Chooses KV type and context of `fit`; a context of 0 where the wanted one does not fit and, unless `shorten`, none
  // shorter may take its place.
  Status choose(bool shorten, ShapeFit& fit) const {
    const int64_t wanted = std::min(outline_.hp.context_length,
                                    wish_.context_length > 0 ? wish_.context_length : default_context_length(outline_));
    PlannedRun run = full_run(wanted, wish_.kv_type.value_or(KvType::kF16));
    const SpeedPlan speed = estimate_speed(outline_, run, device_);
    TRY(const std::vector<Fit> longest, longest_contexts(checkpoint_, outline_, run, speed, wish_.goal));
    fit.context_length = 0;
    for (const Fit& possible : longest) {
      if (wish_.kv_type && *wish_.kv_type != possible.kv_type) continue;
      const int64_t context = possible.context_length >= wanted ? wanted : shorten ? possible.context_length : 0;
      if (context <= fit.context_length) continue;
      fit.context_length = context;
      run = full_run(context, possible.kv_type);
    }
    TRY(const MemoryPlan memory, plan_memory(checkpoint_, outline_, run));
    fit.kv_type = run.kv_type;
    fit.needed_bytes = memory.needed_bytes();
    fit.tokens_per_s = estimate_speed(outline_, run, device_).decode_tokens_per_s(run);
    return ok();
  }

 private:
  PlannedRun full_run(int64_t context, KvType kv_type) const {
    return {context, kv_type, wish_.n_threads, context - 1, 1};
  }

  const Checkpoint& checkpoint_;
  const Model& outline_;
  const Device& device_;
  const ShapeWish& wish_;
};

Result<ShapeFit> fit_shape(const ModelShape& shape, const Device& device, const ShapeWish& wish) {
  const Metadata metadata = random_model_metadata(shape, true);
  ShapeFit fit;
  for (const char* name : kTypes) {
    const Checkpoint checkpoint = header_of(shape, *find_type(name), metadata);
    TRY(const Model outline, outline_model(checkpoint, std::string(shape.name)));
    fit = {.shape = std::string(shape.name), .type = name};
    for (const NamedTensor& tensor : checkpoint.tensors) {
      fit.n_parameters += tensor.view.shape.n_elements();
      fit.file_bytes += tensor.view.size_bytes();
    }
    const bool is_last = name == std::end(kTypes)[-1];
    TRY(Candidate(checkpoint, outline, device, wish).choose(is_last && wish.context_length == 0, fit));
    if (fit.context_length > 0) break;
  }
  return fit;
}

}  // namespace

Result<std::vector<ShapeFit>> fit_shapes(const Device& device, const ShapeWish& wish) {
  std::vector<ShapeFit> fits;
  for (const ModelShape& shape : known_shapes()) { TRY(fits.emplace_back(), fit_shape(shape, device, wish)); }
  std::sort(fits.begin(), fits.end(),
            [](const ShapeFit& a, const ShapeFit& b) { return a.n_parameters < b.n_parameters; });
  return fits;
}

}  // namespace ondol
