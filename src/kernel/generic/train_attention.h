// Attention of one head over one short sequence, forward and backward, as products of packed strips
// (generic/train_gemm.h) on tiles of kGemmRows queries:
//
//   s = cap(scale q k),  p = exp(s - log_sum) where a token sees the key, else 0,  out = p v
//   dp = dout v,  ds = p (dp - dout . out) cap'(s) scale,   dq += ds k,  dk += ds q,  dv += p dout
//
// A tile looks at the strips of keys that some token of it sees; the order of every sum is that of positions.  Scores
// are computed again in the backward pass instead of being kept.  Source: Dao et al. 2022 (FlashAttention), appendix B.
#pragma once

#include "kernel/generic/train_elementwise.h"
#include "kernel/generic/train_gemm.h"

namespace ondol {

// Queries whose gradients of keys and values are added at once.
template <class V>
inline constexpr int kBackwardRows = 4 * V::kGemmRows;

template <class V>
constexpr int64_t whole_strips(int64_t n) {
  return (n + kStripColumns<V> - 1) / kStripColumns<V> * kStripColumns<V>;
}

// Cuts memory into arrays of floats, each on its own cache lines.
template <class V>
class FloatArena {
 public:
  explicit FloatArena(uint8_t* memory) : at_(reinterpret_cast<float*>(memory)) {}
  float* take(int64_t n) {
    float* const taken = at_;
    at_ += (n + 15) / 16 * 16;
    return taken;
  }
  int64_t size_bytes(const uint8_t* memory) const { return reinterpret_cast<const uint8_t*>(at_) - memory; }

 private:
  float* at_;
};

// Packed strips of k [head_dim] deep have the keys as columns, others positions as depth and head_dim as columns.
template <class V>
struct AttendScratch {
  AttendScratch(int64_t n_tokens, int head_dim, uint8_t* memory) {
    const int64_t n_keys = whole_strips<V>(n_tokens), n_dims = whole_strips<V>(head_dim);
    FloatArena<V> arena(memory);
    keys = arena.take(n_keys * head_dim);
    values = arena.take(n_tokens * n_dims);
    rows = arena.take(V::kGemmRows * (n_keys > head_dim ? n_keys : head_dim));
    scores = arena.take(V::kGemmRows * n_keys);
    size_bytes = arena.size_bytes(memory);
  }
  float *keys, *values, *rows, *scores;
  int64_t size_bytes;
};
template <class V>
struct AttendBackwardScratch {
  AttendBackwardScratch(int64_t n_tokens, int head_dim, uint8_t* memory) {
    const int64_t n_keys = whole_strips<V>(n_tokens), n_dims = whole_strips<V>(head_dim);
    const int64_t deepest = n_keys > head_dim ? n_keys : head_dim;
    FloatArena<V> arena(memory);
    keys = arena.take(n_keys * head_dim);
    values = arena.take(n_keys * head_dim);
    keys_by_position = arena.take(n_tokens * n_dims);
    rows = arena.take(V::kGemmRows * (deepest > kBackwardRows<V> ? deepest : kBackwardRows<V>));
    queries = arena.take(kBackwardRows<V> * n_dims);
    dout = arena.take(kBackwardRows<V> * n_dims);
    weights = arena.take(kBackwardRows<V> * n_keys);
    dscores = arena.take(kBackwardRows<V> * n_keys);
    size_bytes = arena.size_bytes(memory);
  }
  float *keys, *values, *keys_by_position, *rows, *queries, *dout, *weights, *dscores;
  int64_t size_bytes;
};

template <class V>
int64_t attend_scratch_bytes(int64_t n_tokens, int head_dim) {
  const int64_t forward = AttendScratch<V>(n_tokens, head_dim, nullptr).size_bytes;
  const int64_t backward = AttendBackwardScratch<V>(n_tokens, head_dim, nullptr).size_bytes;
  return forward > backward ? forward : backward;
}

// All of b's columns [0, n), k deep.
template <class V>
inline void pack_all_columns(const StridedMatrix& b, int64_t n, int64_t k, float* out) {
  constexpr int kColumns = kStripColumns<V>;
  for (int64_t at = 0; at < n; at += kColumns, out += k * kColumns) {
    pack_strip<V, kColumns>(strip_of_columns<V>(b, at, n - at < kColumns ? n - at : kColumns, 0), k, out);
  }
}

template <class V>
inline void pack_rows(const StridedMatrix& a, int64_t n, int64_t k, float* out) {
  pack_strip<V, V::kGemmRows>(strip_of_rows<V>(a, 0, n, 0), k, out);
}

// One strip of rows with columns [first, last) of packed strips that are packed_depth deep; of these, `depth` from
// `from` on.  first is a multiple of a strip.
template <class V>
inline void multiply_packed(const float* rows, const float* strips, int64_t packed_depth, int64_t from, int64_t depth,
                            int64_t first, int64_t last, float* c, int64_t c_stride, int64_t n_rows, bool accumulate) {
  constexpr int kColumns = kStripColumns<V>;
  for (int64_t column = first; column < last; column += kColumns) {
    const float* const strip = strips + (column / kColumns * packed_depth + from) * kColumns;
    const int64_t n = last - column < kColumns ? last - column : kColumns;
    multiply_f32<V>(reinterpret_cast<const uint8_t*>(rows), reinterpret_cast<const uint8_t*>(strip), depth,
                    c + column - first, c_stride, n_rows, n, accumulate);
  }
}

// The keys tokens [begin, end) look at: [first, end), first on a strip.
template <class V>
inline int64_t first_key(const TrainingAttention& in, int64_t token) {
  const int64_t first = in.window > 0 && token >= in.window ? token - in.window + 1 : 0;
  return first / kStripColumns<V> * kStripColumns<V>;
}
// Its own first one.
template <class V>
inline int64_t first_seen_key(const TrainingAttention& in, int64_t token) {
  return in.window > 0 && token >= in.window ? token - in.window + 1 : 0;
}

// One token's raw scores of keys [first, first + n) become capped ones, -infinity where it does not see the key.
template <class V>
inline void cap_scores(const TrainingAttention& in, int64_t token, int64_t first, int64_t n, float* score) {
  const auto scale = V::set_floats(in.scale);
  for (int64_t i = 0; i < n; i += V::kWidth) {
    auto s = V::mul(V::load_floats(score + i), scale);
    if (in.soft_cap > 0) s = soft_cap_vector<V>(s, in.soft_cap);
    V::store_floats(score + i, s);
  }
  for (int64_t i = 0; i < first_seen_key<V>(in, token) - first; ++i) score[i] = -__builtin_inff();
  for (int64_t i = token + 1 - first; i < whole_strips<V>(n); ++i) score[i] = -__builtin_inff();
}

// Scores become weights; returns log_sum.
template <class V>
inline float softmax_row(const TrainingAttention& in, int64_t n, float* score) {
  float max = largest<V>(score, n);
  if (in.sink != nullptr && *in.sink > max) max = *in.sink;
  exp_shifted<V>(score, max, 1, score, n);
  float total = sum_interleaved<V>(score, n, [](auto acc, auto x) { return V::add(acc, x); });
  if (in.sink != nullptr) total += __builtin_expf(*in.sink - max);
  scale<V>(score, 1 / total, n);
  return max + __builtin_logf(total);
}

template <class V>
void attend_training(const TrainingAttention& in, float* out, float* log_sum, uint8_t* scratch) {
  const AttendScratch<V> at(in.n_tokens, in.head_dim, scratch);
  const int64_t stride = whole_strips<V>(in.n_tokens);
  pack_all_columns<V>({in.k, 1, in.kv_stride}, in.n_tokens, in.head_dim, at.keys);
  pack_all_columns<V>({in.v, in.kv_stride, 1}, in.head_dim, in.n_tokens, at.values);
  for (int64_t begin = 0; begin < in.n_tokens; begin += V::kGemmRows) {
    const int64_t end = in.n_tokens - begin < V::kGemmRows ? in.n_tokens : begin + V::kGemmRows;
    const int64_t first = first_key<V>(in, begin), n_keys = end - first;
    pack_rows<V>({in.q + begin * in.q_stride, in.q_stride, 1}, end - begin, in.head_dim, at.rows);
    multiply_packed<V>(at.rows, at.keys, in.head_dim, 0, in.head_dim, first, end, at.scores, stride, end - begin,
                       false);
    for (int64_t token = begin; token < end; ++token) {
      float* const score = at.scores + (token - begin) * stride;
      cap_scores<V>(in, token, first, n_keys, score);
      log_sum[token] = softmax_row<V>(in, n_keys, score);
    }
    pack_rows<V>({at.scores, stride, 1}, end - begin, n_keys, at.rows);
    multiply_packed<V>(at.rows, at.values, in.n_tokens, first, n_keys, 0, in.head_dim, out + begin * in.q_stride,
                       in.q_stride, end - begin, false);
  }
}

// From one token's raw scores and dp of keys [first, first + n), its weights and ds, in place.
template <class V>
inline void differentiate_row(const TrainingAttention& in, int64_t token, int64_t first, int64_t n, float log_sum,
                              float delta, float* weight, float* dscore) {
  cap_scores<V>(in, token, first, n, weight);
  const auto one = V::set_floats(1), cap = V::set_floats(in.soft_cap);
  for (int64_t i = 0; i < whole_strips<V>(n); i += V::kWidth) {
    const auto s = V::load_floats(weight + i);
    const auto p = exp<V>(V::sub(s, V::set_floats(log_sum)));
    auto ds = V::mul(p, V::mul(V::sub(V::load_floats(dscore + i), V::set_floats(delta)), V::set_floats(in.scale)));
    if (in.soft_cap > 0) {
      const auto share = V::max(V::div(s, cap), V::set_floats(-1));  // of what is not seen -1, not -infinity
      ds = V::mul(ds, V::fnma(share, share, one));
    }
    V::store_floats(weight + i, p);
    V::store_floats(dscore + i, ds);
  }
}

template <class V>
inline float dot_rows(const float* x, const float* y, int64_t n) {
  return sum_places<V>(n, [&](auto acc, int64_t i, int width) {
    return V::fma(V::load_some(x + i, width), V::load_some(y + i, width), acc);
  });
}

template <class V>
void attend_backward(const TrainingAttention& in, const float* out, const float* log_sum, const float* dout,
                     const TrainingAttentionGradient& gradient, uint8_t* scratch) {
  constexpr int kRows = V::kGemmRows;
  const AttendBackwardScratch<V> at(in.n_tokens, in.head_dim, scratch);
  const int64_t stride = whole_strips<V>(in.n_tokens);
  pack_all_columns<V>({in.k, 1, in.kv_stride}, in.n_tokens, in.head_dim, at.keys);
  pack_all_columns<V>({in.v, 1, in.kv_stride}, in.n_tokens, in.head_dim, at.values);
  pack_all_columns<V>({in.k, in.kv_stride, 1}, in.head_dim, in.n_tokens, at.keys_by_position);
  for (int64_t block = 0; block < in.n_tokens; block += kBackwardRows<V>) {
    const int64_t n_block = in.n_tokens - block < kBackwardRows<V> ? in.n_tokens - block : kBackwardRows<V>;
    const int64_t first = first_key<V>(in, block), n_keys = block + n_block - first;
    for (int64_t begin = block; begin < block + n_block; begin += kRows) {
      const int64_t end = block + n_block - begin < kRows ? block + n_block : begin + kRows;
      float* const weights = at.weights + (begin - block) * stride;
      float* const dscores = at.dscores + (begin - block) * stride;
      pack_rows<V>({in.q + begin * in.q_stride, in.q_stride, 1}, end - begin, in.head_dim, at.rows);
      multiply_packed<V>(at.rows, at.keys, in.head_dim, 0, in.head_dim, first, end, weights, stride, end - begin,
                         false);
      pack_rows<V>({dout + begin * in.q_stride, in.q_stride, 1}, end - begin, in.head_dim, at.rows);
      multiply_packed<V>(at.rows, at.values, in.head_dim, 0, in.head_dim, first, end, dscores, stride, end - begin,
                         false);
      for (int64_t token = begin; token < end; ++token) {
        const float delta = dot_rows<V>(dout + token * in.q_stride, out + token * in.q_stride, in.head_dim);
        float* const dscore = dscores + (token - begin) * stride;
        for (int64_t i = end - first; i < whole_strips<V>(n_keys); ++i) dscore[i] = 0;  // not computed, not seen
        differentiate_row<V>(in, token, first, n_keys, log_sum[token], delta, weights + (token - begin) * stride,
                             dscore);
        if (gradient.sink != nullptr) *gradient.sink -= __builtin_expf(*in.sink - log_sum[token]) * delta;
      }
      pack_rows<V>({dscores, stride, 1}, end - begin, end - first, at.rows);
      multiply_packed<V>(at.rows, at.keys_by_position, in.n_tokens, first, end - first, 0, in.head_dim,
                         gradient.q + begin * in.q_stride, in.q_stride, end - begin, true);
    }
    pack_all_columns<V>({in.q + block * in.q_stride, in.q_stride, 1}, in.head_dim, n_block, at.queries);
    pack_all_columns<V>({dout + block * in.q_stride, in.q_stride, 1}, in.head_dim, n_block, at.dout);
    for (int64_t key = 0; key < n_keys; key += kRows) {
      const int64_t n = n_keys - key < kRows ? n_keys - key : kRows;
      const int64_t place = (first + key) * in.kv_stride;
      pack_rows<V>({at.dscores + key, 1, stride}, n, n_block, at.rows);
      multiply_packed<V>(at.rows, at.queries, n_block, 0, n_block, 0, in.head_dim, gradient.k + place, in.kv_stride, n,
                         true);
      pack_rows<V>({at.weights + key, 1, stride}, n, n_block, at.rows);
      multiply_packed<V>(at.rows, at.dout, n_block, 0, n_block, 0, in.head_dim, gradient.v + place, in.kv_stride, n,
                         true);
    }
  }
}

}  // namespace ondol
