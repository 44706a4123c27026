#include "tune/backprop.h"

#include <algorithm>
#include <cmath>

namespace ondol {
namespace {

// Rows of logits at a time: as many as 64 MiB hold, 16 at least.
int64_t logit_rows(int64_t vocab_size) {
  return std::max<int64_t>(16, (int64_t{64} << 20) / (vocab_size * int64_t{sizeof(float)}));
}

// As model/forward.cpp rotates, for positions that count from 0 in each sequence.
template <class T>
void set_rotations(Pass<T>& pass) {
  const Model& model = pass.network.model();
  const int64_t half = model.hp.rope_dims / 2;
  int64_t longest = 0;
  for (const auto& sequence : pass.batch.sequences) longest = std::max(longest, sequence.n_tokens);
  for (const RopeTable& rope : model.ropes) {
    const bool is_long = !rope.long_frequencies.empty() && longest > model.hp.rope_scaling.original_context;
    const std::vector<float>& frequencies = is_long ? rope.long_frequencies : rope.frequencies;
    auto& cos = pass.cos.emplace_back(static_cast<size_t>(pass.n_rows * half));
    auto& sin = pass.sin.emplace_back(cos.size());
    auto& minus_sin = pass.minus_sin.emplace_back(cos.size());
    for (const auto& sequence : pass.batch.sequences) {
      for (int64_t t = 0; t < sequence.n_tokens; ++t) {
        for (int64_t pair = 0; pair < half; ++pair) {
          const auto at = static_cast<size_t>((sequence.first_row + t) * half + pair);
          const float angle = static_cast<float>(t) * frequencies[static_cast<size_t>(pair)];
          cos[at] = static_cast<T>(std::cos(static_cast<double>(angle)) * static_cast<double>(rope.magnitude));
          sin[at] = static_cast<T>(std::sin(static_cast<double>(angle)) * static_cast<double>(rope.magnitude));
          minus_sin[at] = -sin[at];
        }
      }
    }
  }
}

template <class T>
void read_row(const Parameter<T>& p, int64_t row, T* out) {
  if (!p.value.empty()) {
    std::copy_n(p.value.begin() + row * p.n_cols, p.n_cols, out);
    return;
  }
  std::vector<float> decoded(static_cast<size_t>(p.n_cols));
  p.encoded.dtype.info().decode(p.encoded.row(row), decoded.data(), p.n_cols);
  std::copy(decoded.begin(), decoded.end(), out);
}

template <class T>
void embed(Pass<T>& pass, Values<T>& hidden) {
  const int64_t n = pass.hp().hidden_size;
  hidden.resize(static_cast<size_t>(pass.n_rows * n));
  for (const auto& sequence : pass.batch.sequences) {
    std::vector<T> position(static_cast<size_t>(n));
    for (int64_t t = 0; t < sequence.n_tokens; ++t) {
      const int64_t row = sequence.first_row + t;
      T* x = hidden.data() + row * n;
      read_row(*pass.network.embedding, static_cast<int64_t>(pass.batch.tokens[static_cast<size_t>(row)]), x);
      for (int64_t j = 0; j < n; ++j) x[j] *= static_cast<T>(pass.hp().embedding_scale);
      if (!pass.network.positions) continue;
      read_row(*pass.network.positions, t, position.data());
      for (int64_t j = 0; j < n; ++j) x[j] += position[static_cast<size_t>(j)];
    }
  }
}

// Threads share the columns, so that each token's rows add up in order.
template <class T>
void embed_backward(Pass<T>& pass, const Values<T>& dhidden) {
  Parameter<T>& table = *pass.network.embedding;
  Parameter<T>* positions = pass.network.positions;
  if (!table.trained) return;
  constexpr int64_t kColumns = 64;
  const int64_t n = pass.hp().hidden_size;
  const T scale = static_cast<T>(pass.hp().embedding_scale);
  pass.compute.pool().for_each(divide_up(n, kColumns), [&](int64_t piece, int) {
    const int64_t last = std::min(n, (piece + 1) * kColumns);
    for (const auto& sequence : pass.batch.sequences) {
      for (int64_t t = 0; t < sequence.n_tokens; ++t) {
        const int64_t row = sequence.first_row + t;
        const T* d = dhidden.data() + row * n;
        T* to = table.gradient.data() + static_cast<int64_t>(pass.batch.tokens[static_cast<size_t>(row)]) * n;
        for (int64_t j = piece * kColumns; j < last; ++j) to[j] += scale * d[j];
        if (!positions) continue;
        for (int64_t j = piece * kColumns; j < last; ++j) positions->gradient[static_cast<size_t>(t * n + j)] += d[j];
      }
    }
  });
}

// The states that block skips have kept, and their gradients.
template <class T>
struct Kept {
  Values<T> state[2], gradient[2];
};

template <class T>
void run_block_skip(const TrainedBlockSkip<T>& w, SublayerTape<T>& tape, Kept<T>& kept, Values<T>& hidden) {
  for (int i = 0; i < 2; ++i) {
    if (w.layer->keeps[i]) kept.state[i] = hidden;
  }
  for (int i = 0; i < 2; ++i) {
    if (!w.layer->mixes[i]) continue;
    tape.kept[i] = kept.state[i];
    tape.mixed_into[i] = hidden;
    for (size_t j = 0; j < hidden.size(); ++j) {
      hidden[j] = w.shares->value[0] * kept.state[i][j] + w.shares->value[1] * hidden[j];
    }
  }
}

template <class T>
void block_skip_backward(const TrainedBlockSkip<T>& w, const SublayerTape<T>& tape, Kept<T>& kept, Values<T>& dhidden) {
  for (int i = 1; i >= 0; --i) {
    if (!w.layer->mixes[i]) continue;
    Values<T>& dkept = kept.gradient[i];
    if (dkept.empty()) dkept.assign(dhidden.size(), T(0));
    T sums[2] = {};
    for (size_t j = 0; j < dhidden.size(); ++j) {
      sums[0] += dhidden[j] * tape.kept[i][j];
      sums[1] += dhidden[j] * tape.mixed_into[i][j];
      dkept[j] += w.shares->value[0] * dhidden[j];
      dhidden[j] *= w.shares->value[1];
    }
    for (size_t share = 0; share < 2 && w.shares->trained; ++share) w.shares->gradient[share] += sums[share];
  }
  for (int i = 0; i < 2; ++i) {
    if (!w.layer->keeps[i]) continue;
    for (size_t j = 0; j < kept.gradient[i].size(); ++j) dhidden[j] += kept.gradient[i][j];
    kept.gradient[i].clear();
  }
}

template <class T>
void run_layer(Pass<T>& pass, TrainedLayer<T>& layer, LayerTape<T>& tape, Kept<T>& kept, Values<T>& hidden) {
  const Hyperparameters& hp = pass.hp();
  tape.sublayers.resize(layer.sublayers.size());
  const Values<T> layer_input = layer.parallel ? hidden : Values<T>();
  Values<T> result, normed;
  for (size_t i = 0; i < layer.sublayers.size(); ++i) {
    TrainedSublayer<T>& sublayer = layer.sublayers[i];
    SublayerTape<T>& own = tape.sublayers[i];
    if (const auto* skip = std::get_if<TrainedBlockSkip<T>>(&sublayer.weights)) {
      run_block_skip(*skip, own, kept, hidden);
      continue;
    }
    own.source = layer.parallel ? layer_input : hidden;
    if (sublayer.norm) {
      own.input.resize(own.source.size());
      pass.compute.normalize(hp.norm, hp.norm_eps, sublayer.norm, own.source.data(), own.input.data(), pass.n_rows,
                             hp.hidden_size);
    } else {
      own.input = own.source;
    }
    Values<T>& output = sublayer.post_norm ? own.result : result;
    if (const auto* attention = std::get_if<TrainedAttention<T>>(&sublayer.weights)) {
      run_attention(pass, *attention, own, output);
    } else {
      run_ffn(pass, std::get<TrainedFfn<T>>(sublayer.weights), own, output);
    }
    const T* added = output.data();
    if (sublayer.post_norm) {
      normed.resize(output.size());
      pass.compute.normalize(hp.norm, hp.norm_eps, sublayer.post_norm, output.data(), normed.data(), pass.n_rows,
                             hp.hidden_size);
      added = normed.data();
    }
    pass.compute.for_rows(pass.n_rows, [&](int64_t first, int64_t last) {
      for (int64_t j = first * hp.hidden_size; j < last * hp.hidden_size; ++j) {
        hidden[static_cast<size_t>(j)] += static_cast<T>(hp.residual_scale) * added[j];
      }
    });
  }
}

// dhidden: of the layer's output, then of its input.
template <class T>
void layer_backward(Pass<T>& pass, TrainedLayer<T>& layer, const LayerTape<T>& tape, Kept<T>& kept,
                    Values<T>& dhidden) {
  const Hyperparameters& hp = pass.hp();
  const int64_t n = hp.hidden_size;
  Values<T> dlayer_input(layer.parallel ? dhidden.size() : 0, T(0)), dresult, dinput;
  for (size_t i = layer.sublayers.size(); i-- > 0;) {
    TrainedSublayer<T>& sublayer = layer.sublayers[i];
    const SublayerTape<T>& own = tape.sublayers[i];
    if (const auto* skip = std::get_if<TrainedBlockSkip<T>>(&sublayer.weights)) {
      block_skip_backward(*skip, own, kept, dhidden);
      continue;
    }
    Values<T> scaled(dhidden);
    if (hp.residual_scale != 1) {
      for (T& value : scaled) value *= static_cast<T>(hp.residual_scale);
    }
    if (sublayer.post_norm) {
      dresult.assign(scaled.size(), T(0));
      pass.compute.normalize_backward(hp.norm, hp.norm_eps, sublayer.post_norm, own.result.data(), scaled.data(),
                                      dresult.data(), pass.n_rows, n);
    } else {
      dresult.swap(scaled);
    }
    if (const auto* attention = std::get_if<TrainedAttention<T>>(&sublayer.weights)) {
      attention_backward(pass, *attention, own, dresult, dinput);
    } else {
      ffn_backward(pass, std::get<TrainedFfn<T>>(sublayer.weights), own, dresult, dinput);
    }
    Values<T>& dsource = layer.parallel ? dlayer_input : dhidden;
    if (sublayer.norm) {
      pass.compute.normalize_backward(hp.norm, hp.norm_eps, sublayer.norm, own.source.data(), dinput.data(),
                                      dsource.data(), pass.n_rows, n);
    } else {
      for (size_t j = 0; j < dsource.size(); ++j) dsource[j] += dinput[j];
    }
  }
  for (size_t j = 0; j < dlayer_input.size(); ++j) dhidden[j] += dlayer_input[j];
}

// The loss of the head over `hidden`, and with gradients its gradient by it.
template <class T>
double run_head(Pass<T>& pass, const Values<T>& hidden, const RowLoss<T>& row_loss, bool gradients,
                Values<T>& dhidden) {
  const Hyperparameters& hp = pass.hp();
  Network<T>& network = pass.network;
  const auto& targets = pass.batch.targets;
  const int64_t n = hp.hidden_size, vocab = hp.vocab_size, chunk = logit_rows(vocab);
  const auto logit_scale = static_cast<T>(hp.logit_scale), cap = static_cast<T>(hp.final_soft_cap);
  if (gradients) dhidden.assign(hidden.size(), T(0));
  double loss = 0;
  Values<T> source, input, logits, capped, dinput, dsource;
  int64_t rows = 0;
  for (int64_t first = 0; first < std::ssize(targets); first += rows) {
    rows = std::min<int64_t>(chunk, std::ssize(targets) - first);
    while (first + rows < std::ssize(targets) && targets[static_cast<size_t>(first + rows)].joins_last) ++rows;
    Pass<T> part{network, pass.compute, pass.batch, rows, 0, {}, {}, {}};
    source.resize(static_cast<size_t>(rows * n));
    for (int64_t i = 0; i < rows; ++i) {
      std::copy_n(hidden.begin() + targets[static_cast<size_t>(first + i)].row * n, n, source.begin() + i * n);
    }
    input.resize(source.size());
    pass.compute.normalize(hp.norm, hp.norm_eps, network.output_norm, source.data(), input.data(), rows, n);
    run_linear(part, network.output, input.data(), logits);
    if (logit_scale != 1 || cap > 0) {
      pass.compute.for_rows(rows, [&](int64_t begin, int64_t end) {
        for (auto i = static_cast<size_t>(begin * vocab); i < static_cast<size_t>(end * vocab); ++i) {
          logits[i] *= logit_scale;
          if (cap > 0) logits[i] = operations::soft_cap(logits[i], cap);
        }
      });
    }
    if (cap > 0) capped = logits;
    loss += row_loss(first, rows, logits.data());
    if (!gradients) continue;
    if (logit_scale != 1 || cap > 0) {
      pass.compute.for_rows(rows, [&](int64_t begin, int64_t end) {
        for (auto i = static_cast<size_t>(begin * vocab); i < static_cast<size_t>(end * vocab); ++i) {
          if (cap > 0) logits[i] *= operations::soft_cap_slope(capped[i], cap);
          logits[i] *= logit_scale;
        }
      });
    }
    linear_backward(part, network.output, input.data(), logits, dinput, false);
    dsource.assign(source.size(), T(0));
    pass.compute.normalize_backward(hp.norm, hp.norm_eps, network.output_norm, source.data(), dinput.data(),
                                    dsource.data(), rows, n);
    for (int64_t i = 0; i < rows; ++i) {
      T* d = dhidden.data() + targets[static_cast<size_t>(first + i)].row * n;
      for (int64_t j = 0; j < n; ++j) d[j] += dsource[static_cast<size_t>(i * n + j)];
    }
  }
  return loss;
}

// An upper bound of what one layer's tape takes.
template <class T>
int64_t tape_bytes(const Hyperparameters& hp, int64_t n_rows) {
  const int64_t heads = int64_t{hp.n_heads} * hp.head_dim;
  return n_rows * int64_t{sizeof(T)} * (6 * hp.hidden_size + 7 * heads + 4 * hp.ffn_size);
}

template <class T>
bool has_block_skips(const Network<T>& network) {
  for (const auto& layer : network.layers) {
    for (const auto& sublayer : layer.sublayers) {
      if (std::holds_alternative<TrainedBlockSkip<T>>(sublayer.weights)) return true;
    }
  }
  return false;
}

}  // namespace

template <class T>
double backprop(Network<T>& network, Compute<T>& compute, const PackedBatch& batch, const RowLoss<T>& loss,
                const BackpropOptions& options) {
  Pass<T> pass{network, compute, batch, batch.n_rows(), options.dropout_key, {}, {}, {}};
  set_rotations(pass);
  const size_t n_layers = network.layers.size();
  // Block skips reach over layers: their kept states are not made again.
  const bool keeps_tapes =
      has_block_skips(network) ||
      static_cast<int64_t>(n_layers) * tape_bytes<T>(network.model().hp, pass.n_rows) <= options.tape_bytes;
  std::vector<LayerTape<T>> tapes(options.gradients && keeps_tapes ? n_layers : 1);
  std::vector<Values<T>> inputs(options.gradients && !keeps_tapes ? n_layers : 0);
  Kept<T> kept;

  Values<T> hidden, dhidden;
  embed(pass, hidden);
  for (size_t layer = 0; layer < n_layers; ++layer) {
    if (!inputs.empty()) inputs[layer] = hidden;
    run_layer(pass, network.layers[layer], tapes[tapes.size() > 1 ? layer : 0], kept, hidden);
  }
  const double total = run_head(pass, hidden, loss, options.gradients, dhidden);
  if (!options.gradients) return total;
  for (size_t layer = n_layers; layer-- > 0;) {
    LayerTape<T>& tape = tapes[tapes.size() > 1 ? layer : 0];
    if (!inputs.empty() && layer + 1 < n_layers) {
      hidden.swap(inputs[layer]);
      run_layer(pass, network.layers[layer], tape, kept, hidden);
    }
    layer_backward(pass, network.layers[layer], tape, kept, dhidden);
    if (tapes.size() > 1) tape = {};
  }
  embed_backward(pass, dhidden);
  return total;
}

template double backprop(Network<float>&, Compute<float>&, const PackedBatch&, const RowLoss<float>&,
                         const BackpropOptions&);
template double backprop(Network<double>&, Compute<double>&, const PackedBatch&, const RowLoss<double>&,
                         const BackpropOptions&);

}  // namespace ondol
