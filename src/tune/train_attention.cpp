// The attention sublayer under training (model/attention.cpp): no cache, each sequence sees itself.
#include "tune/backprop.h"

namespace ondol {
namespace {

// q or k as linear maps give them, then normalised where the model does so.
template <class T>
void normalize_heads(Pass<T>& pass, const TrainedNorm<T>& norm, QkNorm span, const Values<T>& raw, Values<T>& out,
                     int n_heads) {
  const Hyperparameters& hp = pass.hp();
  out.resize(raw.size());
  const int64_t size = span == QkNorm::kRow ? int64_t{n_heads} * hp.head_dim : hp.head_dim;
  pass.compute.normalize(hp.norm, hp.norm_eps, norm, raw.data(), out.data(), static_cast<int64_t>(raw.size()) / size,
                         size);
}

template <class T>
void normalize_heads_backward(Pass<T>& pass, const TrainedNorm<T>& norm, QkNorm span, const Values<T>& raw,
                              Values<T>& d, int n_heads) {
  const Hyperparameters& hp = pass.hp();
  const int64_t size = span == QkNorm::kRow ? int64_t{n_heads} * hp.head_dim : hp.head_dim;
  Values<T> draw(d.size(), T(0));
  pass.compute.normalize_backward(hp.norm, hp.norm_eps, norm, raw.data(), d.data(), draw.data(),
                                  static_cast<int64_t>(raw.size()) / size, size);
  d = std::move(draw);
}

// `sin`: the pass's, or to rotate a gradient back its negative.
template <class T>
void rotate(Pass<T>& pass, const AttentionWeights& layer, Values<T>& x, int n_heads,
            const std::vector<std::vector<T>>& sin) {
  if (layer.rope_table < 0) return;
  const Hyperparameters& hp = pass.hp();
  const auto table = static_cast<size_t>(layer.rope_table);
  const int64_t half = hp.rope_dims / 2, stride = int64_t{n_heads} * hp.head_dim;
  pass.compute.for_rows(pass.n_rows, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      Compute<T>::rope(x.data() + row * stride, n_heads, hp.head_dim, hp.rope_dims, pass.cos[table].data() + row * half,
                       sin[table].data() + row * half, layer.options.rope == Rope::kInterleaved);
    }
  });
}

// One query head over one sequence.
template <class T>
operations::AttentionView<T> head_view(const Pass<T>& pass, const TrainedAttention<T>& w, const SublayerTape<T>& tape,
                                       const PackedBatch::Sequence& sequence, int head) {
  const Hyperparameters& hp = pass.hp();
  const AttentionWeights& layer = *w.layer;
  const int64_t q_stride = int64_t{layer.n_heads} * hp.head_dim, kv_stride = int64_t{layer.n_kv_heads} * hp.head_dim;
  const int64_t kv_at = sequence.first_row * kv_stride + head / (layer.n_heads / layer.n_kv_heads) * hp.head_dim;
  return {tape.q.data() + sequence.first_row * q_stride + head * hp.head_dim,
          tape.k.data() + kv_at,
          tape.v.data() + kv_at,
          q_stride,
          kv_stride,
          sequence.n_tokens,
          hp.head_dim,
          static_cast<T>(hp.attention_scale),
          static_cast<T>(hp.attention_soft_cap),
          layer.window,
          w.sinks ? w.sinks->value.data() + head : nullptr};
}

template <class T>
void prepare_attention(Pass<T>& pass) {
  int64_t longest = 0;
  for (const auto& sequence : pass.batch.sequences) longest = std::max(longest, sequence.n_tokens);
  pass.compute.prepare_attention(longest, pass.hp().head_dim);
}

}  // namespace

template <class T>
void run_attention(Pass<T>& pass, const TrainedAttention<T>& w, SublayerTape<T>& tape, Values<T>& result) {
  const Hyperparameters& hp = pass.hp();
  const AttentionWeights& layer = *w.layer;
  run_linear(pass, w.q, tape.input.data(), w.q_norm ? tape.q_raw : tape.q);
  run_linear(pass, w.k, tape.input.data(), w.k_norm ? tape.k_raw : tape.k);
  run_linear(pass, w.v, tape.input.data(), tape.v);
  if (w.q_norm) normalize_heads(pass, w.q_norm, layer.options.qk_norm, tape.q_raw, tape.q, layer.n_heads);
  if (w.k_norm) normalize_heads(pass, w.k_norm, layer.options.qk_norm, tape.k_raw, tape.k, layer.n_kv_heads);
  rotate(pass, layer, tape.q, layer.n_heads, pass.sin);
  rotate(pass, layer, tape.k, layer.n_kv_heads, pass.sin);

  tape.mixed.resize(tape.q.size());
  tape.log_sum.resize(static_cast<size_t>(pass.n_rows * layer.n_heads));
  prepare_attention(pass);
  const int64_t n_sequences = std::ssize(pass.batch.sequences);
  pass.compute.pool().for_each(n_sequences * layer.n_heads, [&](int64_t piece, int thread) {
    const auto& sequence = pass.batch.sequences[static_cast<size_t>(piece / layer.n_heads)];
    const int head = static_cast<int>(piece % layer.n_heads);
    T* out = tape.mixed.data() + (sequence.first_row * layer.n_heads + head) * hp.head_dim;
    pass.compute.attend(head_view(pass, w, tape, sequence, head), out,
                        tape.log_sum.data() + head * pass.n_rows + sequence.first_row, thread);
  });
  if (!w.output_norm) return run_linear(pass, w.output, tape.mixed.data(), result);
  tape.mixed_normed.resize(tape.mixed.size());
  pass.compute.normalize(hp.norm, hp.norm_eps, w.output_norm, tape.mixed.data(), tape.mixed_normed.data(), pass.n_rows,
                         int64_t{layer.n_heads} * hp.head_dim);
  run_linear(pass, w.output, tape.mixed_normed.data(), result);
}

template <class T>
void attention_backward(Pass<T>& pass, const TrainedAttention<T>& w, const SublayerTape<T>& tape, Values<T>& dresult,
                        Values<T>& dinput) {
  const Hyperparameters& hp = pass.hp();
  const AttentionWeights& layer = *w.layer;
  Values<T> dmixed;
  if (w.output_norm) {
    Values<T> dnormed;
    linear_backward(pass, w.output, tape.mixed_normed.data(), dresult, dnormed, false);
    dmixed.assign(tape.mixed.size(), T(0));
    pass.compute.normalize_backward(hp.norm, hp.norm_eps, w.output_norm, tape.mixed.data(), dnormed.data(),
                                    dmixed.data(), pass.n_rows, int64_t{layer.n_heads} * hp.head_dim);
  } else {
    linear_backward(pass, w.output, tape.mixed.data(), dresult, dmixed, false);
  }

  Values<T> dq(tape.q.size(), T(0)), dk(tape.k.size(), T(0)), dv(tape.v.size(), T(0));
  // Sinks of several sequences add up: in order, behind the loop.
  const int64_t n_sequences = std::ssize(pass.batch.sequences);
  Values<T> dsinks(w.sinks ? static_cast<size_t>(n_sequences * layer.n_heads) : 0, T(0));
  prepare_attention(pass);
  const int n_group = layer.n_heads / layer.n_kv_heads;
  // A group of heads adds to one key and value: one thread takes it whole.
  pass.compute.pool().for_each(n_sequences * layer.n_kv_heads, [&](int64_t piece, int thread) {
    const int64_t number = piece / layer.n_kv_heads;
    const auto& sequence = pass.batch.sequences[static_cast<size_t>(number)];
    const int kv_head = static_cast<int>(piece % layer.n_kv_heads);
    const int64_t kv_at = (sequence.first_row * layer.n_kv_heads + kv_head) * hp.head_dim;
    for (int head = kv_head * n_group; head < (kv_head + 1) * n_group; ++head) {
      const int64_t q_at = (sequence.first_row * layer.n_heads + head) * hp.head_dim;
      pass.compute.attend_backward(head_view(pass, w, tape, sequence, head), tape.mixed.data() + q_at,
                                   tape.log_sum.data() + head * pass.n_rows + sequence.first_row, dmixed.data() + q_at,
                                   {dq.data() + q_at, dk.data() + kv_at, dv.data() + kv_at,
                                    w.sinks ? dsinks.data() + number * layer.n_heads + head : nullptr},
                                   thread);
    }
  });
  for (size_t i = 0; i < dsinks.size() && w.sinks->trained; ++i) {
    w.sinks->gradient[i % static_cast<size_t>(layer.n_heads)] += dsinks[i];
  }

  rotate(pass, layer, dq, layer.n_heads, pass.minus_sin);
  rotate(pass, layer, dk, layer.n_kv_heads, pass.minus_sin);
  if (w.q_norm) normalize_heads_backward(pass, w.q_norm, layer.options.qk_norm, tape.q_raw, dq, layer.n_heads);
  if (w.k_norm) normalize_heads_backward(pass, w.k_norm, layer.options.qk_norm, tape.k_raw, dk, layer.n_kv_heads);
  linear_backward(pass, w.q, tape.input.data(), dq, dinput, false);
  linear_backward(pass, w.k, tape.input.data(), dk, dinput, true);
  linear_backward(pass, w.v, tape.input.data(), dv, dinput, true);
}

template void run_attention(Pass<float>&, const TrainedAttention<float>&, SublayerTape<float>&, Values<float>&);
template void run_attention(Pass<double>&, const TrainedAttention<double>&, SublayerTape<double>&, Values<double>&);
template void attention_backward(Pass<float>&, const TrainedAttention<float>&, const SublayerTape<float>&,
                                 Values<float>&, Values<float>&);
template void attention_backward(Pass<double>&, const TrainedAttention<double>&, const SublayerTape<double>&,
                                 Values<double>&, Values<double>&);

}  // namespace ondol
