#include "model/model_identity.h"

#include <bit>
#include <type_traits>

namespace ondol {
namespace {

void add_text(Sha256& hash, std::string_view text) { hash.add_value(text.size()).add(text); }

void add_floats(Sha256& hash, const float* x, int64_t n) {
  hash.add(std::span(reinterpret_cast<const uint8_t*>(x), static_cast<size_t>(n) * sizeof(float)));
}

template <class T>
void add_one(Sha256& hash, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) add_text(hash, value);
  else if constexpr (std::is_same_v<T, double>) hash.add_value(std::bit_cast<uint64_t>(value));
  else hash.add_value(static_cast<int64_t>(value));
}

void add_metadata(Sha256& hash, const Metadata& metadata) {
  for (const auto& [key, value] : metadata.entries()) {
    add_text(hash, key);
    hash.add_value(value.type).add_value(value.element_type);
    std::visit(
        [&](const auto& held) {
          using T = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<T, std::vector<int64_t>> || std::is_same_v<T, std::vector<double>> ||
                        std::is_same_v<T, std::vector<std::string>>) {
            hash.add_value(held.size());
            for (const auto& element : held) add_one(hash, element);
          } else {
            add_one(hash, held);
          }
        },
        value.value);
  }
}

void add_matrix(Sha256& hash, const WeightView& matrix) {
  hash.add_value(matrix.n_rows).add_value(matrix.n_cols);
  if (matrix.data == nullptr) return;
  add_text(hash, matrix.dtype.name());
  std::vector<float> weights(static_cast<size_t>(matrix.n_cols));
  for (const int64_t row : {int64_t{0}, matrix.n_rows / 2, matrix.n_rows - 1}) {
    decode_row(matrix, row, weights.data());
    add_floats(hash, weights.data(), matrix.n_cols);
  }
}

void add_linear(Sha256& hash, const Linear& linear) {
  add_matrix(hash, linear.matrix);
  for (const LowRankProduct& low_rank : linear.adapted) {
    hash.add_value(low_rank.a.n_rows);
    hash.add(std::span(low_rank.a.data, static_cast<size_t>(low_rank.a.size_bytes())));
    add_floats(hash, low_rank.b, low_rank.a.n_rows * linear.matrix.n_rows);
  }
}

void add_norm(Sha256& hash, const NormWeights& norm, int64_t n) {
  if (norm.weight != nullptr) add_floats(hash, norm.weight, n);
  if (norm.bias != nullptr) add_floats(hash, norm.bias, n);
}

void add_sublayer(Sha256& hash, const SublayerWeights& sublayer, int64_t hidden_size) {
  add_norm(hash, sublayer.norm, hidden_size);
  add_norm(hash, sublayer.post_norm, hidden_size);
  if (const auto* attention = std::get_if<AttentionWeights>(&sublayer.weights)) {
    for (const Linear* linear : {&attention->q, &attention->k, &attention->v, &attention->output}) {
      add_linear(hash, *linear);
    }
  } else if (const auto* ffn = std::get_if<FfnWeights>(&sublayer.weights)) {
    for (const Linear* linear : {&ffn->gate, &ffn->up, &ffn->down}) add_linear(hash, *linear);
  } else if (const auto* experts = std::get_if<ExpertsWeights>(&sublayer.weights)) {
    add_linear(hash, experts->router);
    for (const ExpertMatrices* matrices : {&experts->gate, &experts->up, &experts->down}) {
      add_matrix(hash, matrices->first);
    }
  }
}

}  // namespace

Digest model_identity(const Model& model) {
  Sha256 hash;
  add_metadata(hash, model.metadata);
  add_matrix(hash, model.embedding);
  add_matrix(hash, model.positions);
  add_floats(hash, model.adapters.scales.data(), std::ssize(model.adapters.scales));
  for (const LayerWeights& layer : model.layers) {
    for (const SublayerWeights& sublayer : layer.sublayers) add_sublayer(hash, sublayer, model.hp.hidden_size);
  }
  return hash.finish();
}

}  // namespace ondol
