#include "model/adapter/merge.h"

#include <unordered_map>

#include "kernel/dispatch.h"
#include "model/adapter/adapter_messages.h"
#include "model/adapter/file_matrices.h"
#include "model/import/encode_rows.h"
#include "model/storage_type.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

constexpr const char *kHead = "output.weight", *kEmbedding = "token_embd.weight";

// What an adapter adds to rows [first_row, first_row + low_rank->n_rows) of a tensor.
struct Addition {
  const LowRank* low_rank;
  float scale;
  int64_t first_row;
};

std::vector<Addition> additions_to(const FileMatrix& matrix, std::span<const ScaledAdapter> adapters) {
  std::vector<Addition> found;
  for (const ScaledAdapter& given : adapters) {
    int64_t first_row = 0;
    for (const FileMatrix::Part& part : matrix.parts) {
      for (const LowRank& low_rank : given.adapter.matrices) {
        if (low_rank.tensor == part.gguf) found.push_back({&low_rank, low_rank.scale * given.scale, first_row});
      }
      first_row += part.n_rows;
    }
  }
  return found;
}

// out += the row's part of scale * B A.    out, sum [n_cols]; what is added is summed up apart, since it is much
// smaller.
void add_to_row(const std::vector<Addition>& additions, int64_t row, float* out, std::vector<float>& sum) {
  const auto n_cols = std::ssize(sum);
  std::fill(sum.begin(), sum.end(), 0.0f);
  for (const Addition& addition : additions) {
    const LowRank& low_rank = *addition.low_rank;
    const int64_t own_row = row - addition.first_row;
    if (own_row < 0 || own_row >= low_rank.n_rows) continue;
    for (int64_t i = 0; i < low_rank.rank; ++i) {
      const float share = addition.scale * low_rank.b[static_cast<size_t>(own_row * low_rank.rank + i)];
      kernels().add(sum.data(), low_rank.a.data() + i * n_cols, share, n_cols);
    }
  }
  kernels().add(out, sum.data(), 1, n_cols);
}

// The matrix `base` with the additions, as f32 rows.
ImportedTensor merged_tensor(std::string name, const TensorView& base, std::vector<Addition> additions) {
  const auto read = [base, additions = std::move(additions)](int64_t first, int64_t n, uint8_t* out) {
    const int64_t n_cols = base.shape.n_cols();
    std::vector<uint8_t> stored(static_cast<size_t>(base.row_bytes()));
    std::vector<float> sum(static_cast<size_t>(n_cols));
    auto* weights = reinterpret_cast<float*>(out);
    for (int64_t row = first; row < first + n; ++row, weights += n_cols) {
      read_rows(base, row, 1, stored.data());
      base.dtype.info().decode(stored.data(), weights, n_cols);
      add_to_row(additions, row, weights, sum);
    }
  };
  return {.name = std::move(name), .dtype = dtype_of<F32>, .shape = base.shape, .read_rows = read, .reads = {}};
}

class Planner {
 public:
  Planner(const Checkpoint& base, const Model& model, std::span<const ScaledAdapter> adapters,
          std::optional<DType> type, ThreadPool& pool)
      : base_(base), adapters_(adapters), type_(type), pool_(pool), matrices_(file_matrices(*model.arch, model.hp)) {
    for (const FileMatrix& matrix : matrices_) by_name_.emplace(matrix.gguf, &matrix);
  }

  Result<MergePlan> plan() {
    plan_.metadata = base_.metadata;
    // What the file's tensors are in sum; whoever needs it sees it from the tensors.
    if (type_) plan_.metadata.erase("general.file_type");
    for (const NamedTensor& tensor : base_.tensors) {
      TRY(const bool changed, add_merged(tensor.name, tensor.view));
      if (!changed) plan_.tensors.push_back(stored_tensor(tensor));
    }
    if (base_.find(kHead) == nullptr) TRY(add_merged(kHead, *base_.find(kEmbedding)));
    return std::move(plan_);
  }

 private:
  // False when no adapter names the tensor.
  Result<bool> add_merged(const std::string& name, const TensorView& view) {
    const auto matrix = by_name_.find(name);
    if (matrix == by_name_.end()) return false;
    std::vector<Addition> additions = additions_to(*matrix->second, adapters_);
    if (additions.empty()) return false;
    const std::string scale = name.substr(0, name.rfind('.')) + ".scale";
    if (base_.find(scale) != nullptr) return fail(ErrorKind::kUnsupported, msg::kMergeIntoScaled, name, scale);

    const bool takes_type = type_ && !stays_f32(name, view.shape);
    const DType stored = takes_type ? storage_type(*type_, view.shape, name == kHead) : view.dtype;
    ++plan_.n_changed;
    plan_.is_f32_or_f16 &= stored == dtype_of<F32> || stored == dtype_of<F16>;
    const auto produce = [made = merged_tensor(name, view, std::move(additions)), stored,
                          &pool = pool_](const ByteSink& sink) { return encode_rows(made, stored, pool, sink); };
    plan_.tensors.push_back({name, stored, view.shape, produce});
    if (view.layout == Layout::kRun) plan_.tensors.back() = in_run_layout(std::move(plan_.tensors.back()));
    return true;
  }

  const Checkpoint& base_;
  std::span<const ScaledAdapter> adapters_;
  std::optional<DType> type_;
  ThreadPool& pool_;
  std::vector<FileMatrix> matrices_;
  std::unordered_map<std::string_view, const FileMatrix*> by_name_;
  MergePlan plan_;
};

}  // namespace

Result<MergePlan> plan_merge(const Checkpoint& base, const Model& model, std::span<const ScaledAdapter> adapters,
                             std::optional<DType> type, ThreadPool& pool) {
  return Planner(base, model, adapters, type, pool).plan();
}

}  // namespace ondol
