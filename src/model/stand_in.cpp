#include "model/stand_in.h"

#include <sys/mman.h>

#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include "base/checked_math.h"
#include "base/random.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

// Calls matrix(view, n) for every view of `n` equal matrices and numbers(pointer, n) for every other tensor.
template <class OnMatrix, class OnNumbers>
class Visitor {
 public:
  Visitor(OnMatrix matrix, OnNumbers numbers) : matrix_(matrix), numbers_(numbers) {}

  void visit(Model& model) {
    const bool tied = model.output.matrix.data == model.embedding.data;
    if (!tied) matrix_(model.embedding, 1);
    if (model.positions.data) matrix_(model.positions, 1);
    visit(model.output);
    if (tied) model.embedding = model.output.matrix;
    visit(model.output_norm, model.hp.hidden_size);
    for (LayerWeights& layer : model.layers) {
      for (SublayerWeights& sublayer : layer.sublayers) {
        visit(sublayer.norm, model.hp.hidden_size);
        visit(sublayer.post_norm, model.hp.hidden_size);
        std::visit([&](auto& weights) { visit(weights, model.hp); }, sublayer.weights);
      }
    }
  }

 private:
  void visit(AttentionWeights& w, const Hyperparameters& hp) {
    visit(w.q), visit(w.k), visit(w.v), visit(w.output);
    visit(w.q_norm, w.q_norm_size);
    visit(w.k_norm, w.k_norm_size);
    visit(w.output_norm, int64_t{w.n_heads} * hp.head_dim);
    if (w.sinks) numbers_(w.sinks, w.n_heads);
  }
  void visit(FfnWeights& w, const Hyperparameters&) {
    visit(w.gate), visit(w.up), visit(w.down);
    visit(w.down_norm, w.ffn_size);
  }
  void visit(ExpertsWeights& w, const Hyperparameters& hp) {
    visit(w.router);
    for (ExpertMatrices* experts : {&w.gate, &w.up, &w.down}) {
      if (experts->first.data) matrix_(experts->first, hp.n_experts);
      if (experts->bias) numbers_(experts->bias, hp.n_experts * experts->first.n_rows);
    }
  }
  void visit(BlockSkipWeights& w, const Hyperparameters&) {
    if (w.shares) numbers_(w.shares, 2);
  }
  void visit(Linear& linear) {
    if (linear.matrix.data) matrix_(linear.matrix, 1);
    if (linear.bias) numbers_(linear.bias, linear.matrix.n_rows);
    if (linear.scale) numbers_(linear.scale, 1);
  }
  void visit(NormWeights& norm, int64_t n) {
    if (norm.weight) numbers_(norm.weight, n);
    if (norm.bias) numbers_(norm.bias, n);
  }

  OnMatrix matrix_;
  OnNumbers numbers_;
};

// Sixteen rows that differ, as one panel or, in file layout, one after another.
std::vector<uint8_t> make_panel(const WeightView& like) {
  constexpr int64_t kRunWeights = 256;  // whole blocks of every type; searching for more would take long
  const int64_t run = std::gcd(like.n_cols, kRunWeights);
  const double deviation = std::sqrt(3.0 / static_cast<double>(like.n_cols));  // of numbers uniform in [-1, 1]
  const int64_t row_bytes = like.dtype.size_bytes(like.n_cols), run_bytes = like.dtype.size_bytes(run);
  std::vector<uint8_t> rows(static_cast<size_t>(kPanelRows * row_bytes));
  std::vector<float> weights(static_cast<size_t>(run));
  SplitMix64 random(1);
  for (int row = 0; row < kPanelRows; ++row) {
    for (float& weight : weights) weight = static_cast<float>(deviation * (2 * random.uniform() - 1));
    uint8_t* out = rows.data() + row * row_bytes;
    like.dtype.info().encode(weights.data(), nullptr, out, run);
    for (int64_t at = run_bytes; at < row_bytes; at += run_bytes) {
      std::memcpy(out + at, out, static_cast<size_t>(run_bytes));
    }
  }
  if (like.layout == Layout::kFile) return rows;
  std::vector<uint8_t> panel(rows.size());
  to_run_layout({rows.data(), like.dtype, {kPanelRows, like.n_cols}}, 0, 1, panel.data());
  return panel;
}

// The layers that stay, their views still the outline's.
Model cut(const Model& outline, int n_layers) {
  Model model;
  model.arch = outline.arch;
  model.hp = outline.hp;
  model.embedding = outline.embedding;
  model.positions = outline.positions;
  model.output = outline.output;
  model.output_norm = outline.output_norm;
  model.ropes = outline.ropes;
  // An outline's rotations may stem from factors that were not read.
  for (RopeTable& rope : model.ropes) {
    std::fill(rope.frequencies.begin(), rope.frequencies.end(), 1.0f);
    std::fill(rope.long_frequencies.begin(), rope.long_frequencies.end(), 1.0f);
  }
  model.layers = outline.layers;
  model.longest_file_row_bytes = outline.longest_file_row_bytes;
  model.layers.resize(static_cast<size_t>(n_layers));
  model.hp.layers.resize(static_cast<size_t>(n_layers));
  model.hp.n_layers = n_layers;
  if (model.output.matrix.data != model.embedding.data) model.embedding.n_rows = kPanelRows;
  return model;
}

// What the matrices and the longest of the other tensors take.
struct Room {
  int64_t matrix_bytes = 0, weight_bytes = 0, n_numbers = 0;

  int64_t total_bytes() const { return matrix_bytes + n_numbers * static_cast<int64_t>(sizeof(float)); }
};

Room room_of(Model& model) {
  Room room;
  Visitor(
      [&](const WeightView& view, int64_t n) {
        room.weight_bytes += n * view.size_bytes();
        room.matrix_bytes += round_up(n * view.size_bytes(), kRunAlignment);
      },
      [&](const float*, int64_t n) { room.n_numbers = std::max(room.n_numbers, n); })
      .visit(model);
  return room;
}

}  // namespace

int64_t stand_in_bytes(const Model& outline, int n_layers) {
  Model model = cut(outline, n_layers);
  return room_of(model).total_bytes();
}

Result<Model> stand_in_model(const Model& outline, int n_layers, ThreadPool& pool) {
  Model model = cut(outline, n_layers);
  const Room room = room_of(model);
  TRY(model.arena, Buffer::allocate(msg::kModelWeights.text(), room.total_bytes()));
  model.weight_bytes = room.weight_bytes;
  // A mapped file has no huge pages, and reading it takes longer for that.
  if (outline.mapped_bytes > outline.weight_bytes / 2) {
    madvise(model.arena.data(), static_cast<size_t>(model.arena.size_bytes()), MADV_NOHUGEPAGE);
  }
  uint8_t* next = model.arena.data();
  float* const ones = reinterpret_cast<float*>(next + room.matrix_bytes);
  std::fill_n(ones, room.n_numbers, 1.0f);
  std::map<std::tuple<int, int64_t, Layout>, std::vector<uint8_t>> panels;
  const auto fill = [&](WeightView& view, int64_t n) {
    std::vector<uint8_t>& panel = panels[{view.dtype.index(), view.n_cols, view.layout}];
    if (panel.empty()) panel = make_panel(view);
    const int64_t size_bytes = n * view.size_bytes(), panel_bytes = std::ssize(panel);
    pool.for_each(divide_up(size_bytes, panel_bytes), [&](int64_t i, int) {
      const int64_t at = i * panel_bytes;
      std::memcpy(next + at, panel.data(), static_cast<size_t>(std::min(panel_bytes, size_bytes - at)));
    });
    view.data = next;
    next += round_up(size_bytes, kRunAlignment);
  };
  Visitor(fill, [&](const float*& pointer, int64_t) { pointer = ones; }).visit(model);
  return model;
}

}  // namespace ondol
