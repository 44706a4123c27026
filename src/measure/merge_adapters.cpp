#include "measure/merge_adapters.h"

#include <limits>

#include "format/gguf_writer.h"

namespace ondol {

Result<MergeReport> merge_adapters(const std::string& path, const Checkpoint& base, const Model& model,
                                   std::span<const ScaledAdapter> adapters, std::optional<DType> type, ThreadPool& pool,
                                   WriteOptions options, std::span<const float> expected) {
  TRY(const MergePlan plan, plan_merge(base, model, adapters, type, pool));
  std::vector<float> computed;
  if (expected.empty()) {
    TRY(computed, verification_logits(model, pool));
    expected = computed;
  }
  MergeReport report{.n_tensors = std::ssize(plan.tensors), .n_changed = plan.n_changed};
  report.most_divergence = plan.is_f32_or_f16 ? kMostWrittenDivergence : std::numeric_limits<double>::infinity();
  options.source = &base;
  options.check = [&](const std::string& written) -> Status {
    TRY(report.divergence, verify_written(written, path, expected, report.most_divergence, pool));
    return ok();
  };
  TRY(write_gguf(path, plan.metadata, plan.tensors, options));
  return report;
}

}  // namespace ondol
