#include "compress/prune_choice.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "base/interrupt.h"
#include "compress/decoded_model.h"
#include "compress/prune.h"

namespace ondol {
namespace {

// A model some of whose layers are gone, until this goes.
class LayersLeftOut {
 public:
  explicit LayersLeftOut(Model& model) : model_(model), layers_(model.layers), sizes_(model.hp.layers) {}
  ~LayersLeftOut() { keep(all()); }
  LayersLeftOut(const LayersLeftOut&) = delete;
  LayersLeftOut& operator=(const LayersLeftOut&) = delete;

  std::vector<int> all() const {
    std::vector<int> all(layers_.size());
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  void keep(const std::vector<int>& kept) {
    model_.layers.clear();
    model_.hp.layers.clear();
    for (const int layer : kept) {
      model_.layers.push_back(layers_[static_cast<size_t>(layer)]);
      model_.hp.layers.push_back(sizes_[static_cast<size_t>(layer)]);
    }
    model_.hp.n_layers = static_cast<int>(kept.size());
  }

 private:
  Model& model_;
  std::vector<LayerWeights> layers_;
  std::vector<LayerSizes> sizes_;
};

std::vector<int> without(std::vector<int> layers, int layer) {
  std::erase(layers, layer);
  return layers;
}

bool has_window(const Model& model) {
  return std::any_of(model.hp.layers.begin(), model.hp.layers.end(),
                     [](const LayerSizes& layer) { return layer.window > 0; });
}

}  // namespace

Result<LayerChoice> choose_layers(Model& model, DivergenceMeter& meter, int n_kept, const ChoiceProgress& progress) {
  constexpr size_t kFewest = 12;  // layers that are tried at every step
  // in such families the last layer with a window stays: without any, all others would rotate (prune())
  const bool needs_window = model.arch->windows.only_they_rotate && has_window(model);
  LayersLeftOut standing(model);
  LayerChoice choice{.kept = standing.all(), .left_out = {}};
  CHECK(n_kept >= 1 && n_kept <= std::ssize(choice.kept));
  const auto n_gone = choice.kept.size() - static_cast<size_t>(n_kept);
  std::vector<int> candidates = choice.kept;
  const size_t n_candidates = std::min(candidates.size(), std::max(kFewest, 2 * n_gone));
  auto n_all = static_cast<int64_t>(n_gone > 0 ? candidates.size() : 0);
  for (size_t i = 1; i < n_gone; ++i) n_all += static_cast<int64_t>(n_candidates - i);

  while (std::ssize(choice.kept) > n_kept) {
    std::vector<LayerLeftOut> tried;
    for (const int layer : candidates) {
      TRY(check_interrupted());
      standing.keep(without(choice.kept, layer));
      if (needs_window && !has_window(model)) continue;
      TRY(const double divergence, meter.measure(model));
      tried.push_back({layer, divergence});
      ++choice.n_measured;
      if (progress) progress(choice.n_measured, n_all);
    }
    std::stable_sort(tried.begin(), tried.end(),
                     [](const auto& a, const auto& b) { return a.divergence < b.divergence; });
    if (choice.left_out.empty()) tried.resize(std::min(tried.size(), n_candidates));
    choice.left_out.push_back(tried.front());
    choice.kept = without(std::move(choice.kept), tried.front().layer);
    candidates.clear();
    for (size_t i = 1; i < tried.size(); ++i) candidates.push_back(tried[i].layer);
  }
  return choice;
}

std::vector<std::vector<int64_t>> choose_channels(const ImportedModel& model, int n_layers,
                                                  const Importance& importance, int64_t ffn_size) {
  std::vector<std::vector<int64_t>> channels;
  for (int layer = 0; layer < n_layers; ++layer) {
    const std::string name = down_projection(layer);
    const ImportedTensor* down = model.find(name);
    const auto squares = importance.matrices.find(name);
    CHECK(down != nullptr && squares != importance.matrices.end());
    const auto n = static_cast<size_t>(down->shape.n_cols());
    const std::vector<float> means = squares->second.means(0);
    CHECK(means.size() == n && ffn_size <= std::ssize(means));
    std::vector<float> row(n);
    std::vector<double> weighs(n);
    for (int64_t r = 0; r < down->shape.n_rows(); ++r) {
      read_row(*down, r, row.data());
      for (size_t c = 0; c < n; ++c) weighs[c] += static_cast<double>(row[c]) * static_cast<double>(row[c]);
    }
    for (size_t c = 0; c < n; ++c) weighs[c] *= static_cast<double>(means[c]);
    std::vector<int64_t> order(n);
    std::iota(order.begin(), order.end(), int64_t{0});
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      return weighs[static_cast<size_t>(a)] > weighs[static_cast<size_t>(b)];
    });
    order.resize(static_cast<size_t>(ffn_size));
    std::sort(order.begin(), order.end());
    channels.push_back(std::move(order));
  }
  return channels;
}

}  // namespace ondol
