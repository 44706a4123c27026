// Attention of queries that share a kv head, streaming over pages of 32 positions in order:
//
//   s_p = scale * sum over d of k[p, d] q[d]      (positions behind the query's or before its window: -infinity)
//   m' = max(m, max s),  c = exp(m - m'),  e_p = exp(s_p - m')
//   total = total * c + sum of e,   out[d] = out[d] * c + sum over p in order of e_p v[p, d],   at the end out / total
//
// Source: Dao et al. 2022 (FlashAttention), section 3.1.  A sink is where m and total begin: m = sink, total = 1.
// Up to V::kAttendQueries queries are carried together so that a key or value is read and converted once for all; none
// of them sees the others.  A page wholly behind a query adds exact zeros to it, and so does one wholly before its
// window, because m begins at the lowest finite float and not at -infinity (values there are finite: store_kv clamps);
// the last addition of +0 makes a zero's sign the same whether such pages were visited or not.
#pragma once

#include "kernel/generic/activations.h"
#include "kernel/generic/elementwise.h"
#include "kernel/generic/strips.h"

namespace ondol {

// Where one kv head's part of a page keeps its numbers; drawn in kernels.h.
template <class V, KvType kType>
struct KvPage {
  const uint8_t* bytes;
  int head_dim;

  // Elements [at, at + V::kWidth) without their scale.
  typename V::Floats load(int64_t at) const {
    if constexpr (kType == KvType::kF32) return V::load_floats(reinterpret_cast<const float*>(bytes) + at);
    else if constexpr (kType == KvType::kF16) return V::load_halves(bytes + 2 * at);
    else return V::to_floats(V::load_i8(bytes + at));
  }
  // As load(), reading `n` elements and giving zeros behind them.
  typename V::Floats load_some(int64_t at, int n) const {
    constexpr int kBytes = kType == KvType::kF32 ? 4 : kType == KvType::kF16 ? 2 : 1;
    if (n == V::kWidth) return load(at);
    alignas(64) uint8_t part[4 * V::kWidth] = {};
    __builtin_memcpy(part, bytes + kBytes * at, kBytes * n);
    return KvPage{part, head_dim}.load(0);
  }
  const uint8_t* scales() const { return bytes + int64_t{kPageLength} * head_dim; }
};

// -infinity, 0 and -infinity, a page of each: added to scores from entry 64 - n on, it leaves the first n of a page's
// positions; from entry 32 - n on, all but the first n.
inline constexpr int kMaskEntries = 3 * kPageLength;
struct PageMask {
  float value[kMaskEntries];
};
constexpr PageMask make_page_mask() {
  PageMask mask{};
  for (int i = 0; i < kPageLength; ++i) mask.value[i] = mask.value[2 * kPageLength + i] = -__builtin_inff();
  return mask;
}
constexpr PageMask kPageMask = make_page_mask();

// n held to a page's positions.
template <class V>
inline int64_t clamp_to_page(int64_t n) {
  return n < 0 ? 0 : n > kPageLength ? kPageLength : n;
}

// The running state of one query.
struct QueryState {
  const float* q;
  float* out;
  int64_t first_seen;  // position
  int64_t position;
  float max;
  float total;
};

// Vectors side by side in the inner loops.
inline constexpr int kAttendVectors = 2;

// score[i][p] = scale * q . k of the page's positions.
template <class V, KvType kType, int kQueries>
inline void score_page(const AttentionInput& in, const QueryState* query, int64_t page, float (*score)[kPageLength]) {
  constexpr int kBlock = kAttendVectors * V::kWidth;
  const KvPage<V, kType> keys{in.keys[page], in.head_dim};
  for (int p = 0; p < kPageLength; p += kBlock) {
    typename V::Floats sum[kQueries][kAttendVectors];
    for (int i = 0; i < kQueries; ++i) {
      for (int v = 0; v < kAttendVectors; ++v) sum[i][v] = V::set_floats(0);
    }
    // q8_0 has one scale for every 32 dimensions, the others sum all in one go
    const int group = kType == KvType::kQ8_0 ? kGroup : in.head_dim;
    for (int first = 0; first < in.head_dim; first += group) {
      typename V::Floats part[kQueries][kAttendVectors];
      for (int i = 0; i < kQueries; ++i) {
        for (int v = 0; v < kAttendVectors; ++v) part[i][v] = V::set_floats(0);
      }
      for (int d = first; d < first + group; ++d) {
        typename V::Floats k[kAttendVectors];
        for (int v = 0; v < kAttendVectors; ++v) k[v] = keys.load(int64_t{d} * kPageLength + p + v * V::kWidth);
        for (int i = 0; i < kQueries; ++i) {
          const auto q = V::set_floats(query[i].q[d]);
          for (int v = 0; v < kAttendVectors; ++v) part[i][v] = V::fma(k[v], q, part[i][v]);
        }
      }
      for (int i = 0; i < kQueries; ++i) {
        for (int v = 0; v < kAttendVectors; ++v) {
          if constexpr (kType == KvType::kQ8_0) {
            const int64_t at = int64_t{first / kGroup} * kPageLength + p + v * V::kWidth;
            sum[i][v] = V::fma(V::load_halves(keys.scales() + 2 * at), part[i][v], sum[i][v]);
          } else {
            sum[i][v] = part[i][v];
          }
        }
      }
    }
    for (int i = 0; i < kQueries; ++i) {
      for (int v = 0; v < kAttendVectors; ++v) {
        V::store_floats(score[i] + p + v * V::kWidth, V::mul(sum[i][v], V::set_floats(in.scale)));
      }
    }
  }
}

// Masks a page's scores, turns them into weights in place, and moves the query's maximum and total.  Returns the factor
// that what was summed before has to be multiplied with.
template <class V>
inline float softmax_page(QueryState& query, int64_t page, float* score) {
  constexpr int kVectors = kPageLength / V::kWidth;
  typename V::Floats s[kVectors];
  auto max = V::set_floats(query.max);
  const int64_t first = page * kPageLength;
  const float* not_behind = kPageMask.value + 2 * kPageLength - clamp_to_page<V>(query.position + 1 - first);
  const float* not_before = kPageMask.value + kPageLength - clamp_to_page<V>(query.first_seen - first);
  for (int v = 0; v < kVectors; ++v) {
    const auto mask = V::add(V::load_floats(not_behind + v * V::kWidth), V::load_floats(not_before + v * V::kWidth));
    s[v] = V::add(V::load_floats(score + v * V::kWidth), mask);
    max = V::max(max, s[v]);
  }
  const float new_max = V::reduce_max(max);
  alignas(64) float factor[V::kWidth];
  V::store_floats(factor, exp<V>(V::set_floats(query.max - new_max)));
  for (int v = 0; v < kVectors; ++v) {
    s[v] = exp<V>(V::sub(s[v], V::set_floats(new_max)));
    V::store_floats(score + v * V::kWidth, s[v]);
  }
  query.max = new_max;
  query.total = query.total * factor[0] + fold_sum<V>(s);
  return factor[0];
}

// out[i][d] = out[i][d] * factor[i] + sum over p of weight[i][p] * v[p, d], for kVectors vectors of d; `last` elements
// of the last of them exist.
template <class V, KvType kType, int kQueries, int kVectors>
inline void add_values(const KvPage<V, kType>& values, const QueryState* query, const float* factor, bool fresh,
                       const float (*weight)[kPageLength], int d, int last) {
  typename V::Floats sum[kQueries][kVectors];
  for (int i = 0; i < kQueries; ++i) {
    for (int v = 0; v < kVectors; ++v) {
      const float* at = query[i].out + d + v * V::kWidth;
      const int n = v + 1 < kVectors ? V::kWidth : last;
      sum[i][v] = fresh ? V::set_floats(0) : V::mul(V::load_some(at, n), V::set_floats(factor[i]));
    }
  }
  for (int p = 0; p < kPageLength; ++p) {
    typename V::Floats value[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      const int column = d + v * V::kWidth;
      const int64_t at = int64_t{p} * values.head_dim + column;
      value[v] = v + 1 < kVectors ? values.load(at) : values.load_some(at, last);
      if constexpr (kType == KvType::kQ8_0) {
        const int64_t scale = int64_t{p} * (values.head_dim / kGroup) + column / kGroup;
        value[v] = V::mul(value[v], V::broadcast_half(values.scales() + 2 * scale));
      }
    }
    for (int i = 0; i < kQueries; ++i) {
      const auto e = V::set_floats(weight[i][p]);
      for (int v = 0; v < kVectors; ++v) sum[i][v] = V::fma(value[v], e, sum[i][v]);
    }
  }
  for (int i = 0; i < kQueries; ++i) {
    for (int v = 0; v < kVectors; ++v) {
      V::store_some(query[i].out + d + v * V::kWidth, sum[i][v], v + 1 < kVectors ? V::kWidth : last);
    }
  }
}

// kQueries queries from start to end.
template <class V, KvType kType, int kQueries>
void attend_queries(const AttentionInput& in, QueryState* query) {
  int64_t first_seen = query[0].first_seen, last_position = query[0].position;
  for (int i = 1; i < kQueries; ++i) {
    if (query[i].first_seen < first_seen) first_seen = query[i].first_seen;
    if (query[i].position > last_position) last_position = query[i].position;
  }
  const int64_t first_page = first_seen / kPageLength;
  for (int64_t page = first_page; page <= last_position / kPageLength; ++page) {
    alignas(64) float weight[kQueries][kPageLength];
    float factor[kQueries];
    score_page<V, kType, kQueries>(in, query, page, weight);
    for (int i = 0; i < kQueries; ++i) {
      if (in.soft_cap > 0) soft_cap<V>(weight[i], in.soft_cap, kPageLength);
      factor[i] = softmax_page<V>(query[i], page, weight[i]);
    }

    const KvPage<V, kType> values{in.values[page], in.head_dim};
    const bool fresh = page == first_page;
    int d = 0;
    for (; d + kAttendVectors * V::kWidth <= in.head_dim; d += kAttendVectors * V::kWidth) {
      add_values<V, kType, kQueries, kAttendVectors>(values, query, factor, fresh, weight, d, V::kWidth);
    }
    for (; d < in.head_dim; d += V::kWidth) {
      const int left = in.head_dim - d < V::kWidth ? in.head_dim - d : V::kWidth;
      add_values<V, kType, kQueries, 1>(values, query, factor, fresh, weight, d, left);
    }
  }
  for (int i = 0; i < kQueries; ++i) {
    for (int d = 0; d < in.head_dim; ++d) query[i].out[d] = query[i].out[d] / query[i].total + 0.0f;
  }
}

// All queries, kQueries at a time, then halves of that for the rest.
template <class V, KvType kType, int kQueries>
void attend_all(const AttentionInput& in, float* out, int64_t out_token_stride, int64_t first) {
  const int64_t n_queries = in.n_tokens * in.n_group;
  for (; first + kQueries <= n_queries; first += kQueries) {
    QueryState query[kQueries];
    for (int i = 0; i < kQueries; ++i) {
      const int64_t token = (first + i) / in.n_group, head = (first + i) % in.n_group;
      const int64_t position = in.position[token];
      query[i] = {.q = in.q + token * in.token_stride + head * in.head_dim,
                  .out = out + token * out_token_stride + head * in.head_dim,
                  .first_seen = in.window > 0 && position >= in.window ? position - in.window + 1 : 0,
                  .position = position,
                  .max = in.sinks != nullptr ? in.sinks[head] : -3.40282347e38f,
                  .total = in.sinks != nullptr ? 1.0f : 0.0f};
    }
    attend_queries<V, kType, kQueries>(in, query);
  }
  if constexpr (kQueries > 1) attend_all<V, kType, kQueries / 2>(in, out, out_token_stride, first);
}

template <class V>
void attend(const AttentionInput& in, float* out, int64_t out_token_stride) {
  constexpr int kQueries = V::kAttendQueries;
  switch (in.type) {
    case KvType::kF16:
      return attend_all<V, KvType::kF16, kQueries>(in, out, out_token_stride, 0);
    case KvType::kQ8_0:
      return attend_all<V, KvType::kQ8_0, kQueries>(in, out, out_token_stride, 0);
    case KvType::kF32:
      return attend_all<V, KvType::kF32, kQueries>(in, out, out_token_stride, 0);
  }
}

}  // namespace ondol
