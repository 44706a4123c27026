#include "model/adapter/apply_adapters.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "base/checked_math.h"
#include "model/adapter/adapter_messages.h"
#include "model/linears.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

// One low-rank product that is to be.
struct Planned {
  const LowRank* low_rank;
  size_t adapter;
  int layer;
};

Status check(const ScaledAdapter& given, const Model& model) {
  if (!std::isfinite(given.scale)) return fail(ErrorKind::kBadInput, msg::kAdapterScale, given.name, given.scale);
  if (find_architecture(given.adapter.architecture) != model.arch) {
    return fail(ErrorKind::kBadInput, msg::kOtherFamily, given.name, given.adapter.architecture, model.arch->name());
  }
  return ok();
}

int64_t a_bytes(const LowRank& low_rank) { return run_layout_bytes(dtype_of<F32>, low_rank.rank, low_rank.n_cols); }
int64_t b_bytes(const LowRank& low_rank) {
  return round_up(low_rank.rank * low_rank.n_rows * static_cast<int64_t>(sizeof(float)), kRunAlignment);
}

// Writes the product's numbers to `memory`, a_bytes() + b_bytes() of it.
LowRankProduct place(const Planned& planned, int64_t first_column, uint8_t* memory) {
  const LowRank& low_rank = *planned.low_rank;
  const TensorView a{
      reinterpret_cast<const uint8_t*>(low_rank.a.data()), dtype_of<F32>, {low_rank.rank, low_rank.n_cols}};
  to_run_layout(a, 0, divide_up(low_rank.rank, kPanelRows), memory);
  auto* b = reinterpret_cast<float*>(memory + a_bytes(low_rank));
  for (int64_t row = 0; row < low_rank.n_rows; ++row) {
    for (int64_t i = 0; i < low_rank.rank; ++i) {
      b[i * low_rank.n_rows + row] = low_rank.b[static_cast<size_t>(row * low_rank.rank + i)] * low_rank.scale;
    }
  }
  return {{memory, dtype_of<F32>, low_rank.rank, low_rank.n_cols}, b, first_column, planned.adapter};
}

}  // namespace

Status apply_adapters(Model& model, std::span<const ScaledAdapter> adapters) {
  const std::vector<NamedLinear> found = linears(model);
  std::unordered_map<std::string_view, size_t> index;
  for (size_t i = 0; i < found.size(); ++i) index.emplace(found[i].name, i);

  std::vector<std::vector<Planned>> planned(found.size());  // of each linear
  AppliedAdapters applied;
  int64_t size_bytes = 0;
  std::map<int, int64_t> n_columns;  // of each layer
  for (const ScaledAdapter& given : adapters) {
    TRY(check(given, model));
    for (const LowRank& low_rank : given.adapter.matrices) {
      const auto at = index.find(low_rank.tensor);
      if (at == index.end()) { return fail(ErrorKind::kBadInput, msg::kAdapterNoMatrix, given.name, low_rank.tensor); }
      const NamedLinear& linear = found[at->second];
      const WeightView& matrix = linear.linear->matrix;
      if (matrix.n_rows != low_rank.n_rows || matrix.n_cols != low_rank.n_cols) {
        return fail(ErrorKind::kBadInput, msg::kAdapterShape, given.name, low_rank.tensor,
                    to_string(Shape{low_rank.n_rows, low_rank.n_cols}), to_string(Shape{matrix.n_rows, matrix.n_cols}));
      }
      planned[at->second].push_back({&low_rank, applied.scales.size(), linear.layer});
      size_bytes += a_bytes(low_rank) + b_bytes(low_rank);
      applied.n_columns = std::max(applied.n_columns, n_columns[linear.layer] += low_rank.rank);
    }
    applied.scales.push_back(given.scale);
  }

  if (size_bytes > 0) { TRY(applied.memory, Buffer::allocate(msg::kAdapterMemory.text(), size_bytes)); }
  uint8_t* memory = applied.memory.data();
  n_columns.clear();
  for (const std::vector<Planned>& of_linear : planned) {
    for (const Planned& one : of_linear) {
      int64_t& column = n_columns[one.layer];
      applied.products.push_back(place(one, column, memory));
      column += one.low_rank->rank;
      memory += a_bytes(*one.low_rank) + b_bytes(*one.low_rank);
    }
  }
  model.adapters = std::move(applied);
  std::span<const LowRankProduct> left = model.adapters.products;
  for (size_t i = 0; i < found.size(); ++i) {
    found[i].linear->adapted = left.first(planned[i].size());
    left = left.subspan(planned[i].size());
  }
  return ok();
}

}  // namespace ondol
