// Attention of queries that share a kv head, streaming over pages of 32 positions in order:
//
//   s_p = scale * sum over d of k[p, d] q[d]      (positions behind the query's or before its window: -infinity)
//   m' = max(m, max s),  c = exp(m - m'),  e_p = exp(s_p - m')
//   total = total * c + sum of e,   out[d] = out[d] * c + sum over p in order of e_p v[p, d],   at the end out / total
//
// Source: Dao et al. 2022 (FlashAttention), section 3.1.  A sink is where m and total begin: m = sink, total = 1.
// A page is read from memory once for up to kBlockQueries queries, and the next one is asked for meanwhile.  In the
// inner loops up to V::kAttendQueries queries meet a key or value in registers; where there are more, the page is
// converted to floats once for all.  None of the queries sees the others.  A page wholly behind a query adds exact
// zeros to it, and so does one wholly before its window, because m begins at the lowest finite float and not at
// -infinity (values there are finite: store_kv clamps); the last addition of +0 makes a zero's sign the same whether
// such pages were visited or not.
#pragma once

#include "kernel/generic/activations.h"
#include "kernel/generic/elementwise.h"
#include "kernel/generic/store_kv.h"
#include "kernel/generic/strips.h"

namespace ondol {

template <KvType kType>
inline constexpr bool kIsScaled = kType == KvType::kQ8_0 || kType == KvType::kQ4_0;

// Numbers of a page, without the scales that some types have; drawn in kernels.h.
template <class V, KvType kType>
struct KvNumbers {
  static constexpr int kNibbles = kType == KvType::kF32    ? 8
                                  : kType == KvType::kF16  ? 4
                                  : kType == KvType::kQ8_0 ? 2
                                                           : 1;
  const uint8_t* bytes;
  const uint8_t* next;  // those of the page that comes next, asked for while these are used

  // Elements [at, at + V::kWidth); of q4_0, values.
  typename V::Floats load(int64_t at) const {
    if constexpr (kType == KvType::kF32) return V::load_floats(reinterpret_cast<const float*>(bytes) + at);
    else if constexpr (kType == KvType::kF16) return V::load_halves(bytes + 2 * at);
    else if constexpr (kType == KvType::kQ8_0) return V::to_floats(V::load_i8(bytes + at));
    else return V::lookup_floats(kKvValues, V::load_nibbles(bytes, at));
  }
  // Keys of dimension 2 * pair + odd, from position p on.
  typename V::Floats load_key(int64_t pair, int odd, int p) const {
    if constexpr (kType == KvType::kQ4_0) {
      const auto codes = V::load_u8(bytes + pair * kPageLength + p);
      return V::lookup_floats(kKvValues, odd == 0 ? codes : V::shift_right(codes, 4));
    } else {
      return load((2 * pair + odd) * kPageLength + p);
    }
  }
  // As load(), reading `n` elements and giving zeros behind them.
  typename V::Floats load_some(int64_t at, int n) const {
    if (n == V::kWidth) return load(at);
    alignas(64) uint8_t part[4 * V::kWidth] = {};
    __builtin_memcpy(part, bytes + kNibbles * at / 2, kNibbles * n / 2);
    return KvNumbers{part, part}.load(0);
  }
  void expect_next(int64_t at) const { __builtin_prefetch(next + kNibbles * at / 2); }
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
};

// Queries that go through the pages together, and the dimensions that are converted to floats at a time for them.
inline constexpr int kBlockQueries = 64;
inline constexpr int kChunkDims = 64;

// A query's total is kept as that of every 16th position, added up at the end.
inline constexpr int kTotalLanes = kPageLength / 2;

// What a block works on.
template <class V>
struct AttentionBlock {
  QueryState query[kBlockQueries];
  int n_queries;
  alignas(64) float total[kBlockQueries][kTotalLanes];
  float factor[kBlockQueries];                            // of what was summed before the page
  alignas(64) float weight[kBlockQueries][kPageLength];   // the page's scores, then their share
  alignas(64) float converted[kChunkDims * kPageLength];  // keys [d][p], or values [p][kChunkDims]

  KvNumbers<V, KvType::kF32> floats() const {
    const auto* bytes = reinterpret_cast<const uint8_t*>(converted);
    return {bytes, bytes};
  }
};

// Vectors side by side in the inner loops.
inline constexpr int kAttendVectors = 2;

// Calls body(Count<n>, first) for tiles of n <= V::kAttendQueries queries, largest first.
template <class V, int kQueries = V::kAttendQueries, class Body>
inline void for_query_tiles(int n_queries, int first, Body&& body) {
  for (; first + kQueries <= n_queries; first += kQueries) body(Count<kQueries>{}, first);
  if constexpr (kQueries > 1) for_query_tiles<V, kQueries / 2>(n_queries, first, body);
}

// Whether some of the queries see some of the page.
template <class V>
inline bool is_seen(const QueryState* query, int n_queries, int64_t page) {
  for (int i = 0; i < n_queries; ++i) {
    if (page * kPageLength <= query[i].position && (page + 1) * kPageLength > query[i].first_seen) return true;
  }
  return false;
}

// score[i][p] = k . q over dimensions [first, last) of the page's positions, added to what `score` holds of those
// before.  `keys` holds dimensions from `first` on, an even one; `scales`, where a type has them, those of all.
template <class V, KvType kType, bool kScaled, int kQueries>
inline void score_tile(KvNumbers<V, kType> keys, const uint8_t* scales, const QueryState* query, int first, int last,
                       float (*score)[kPageLength]) {
  constexpr int kBlock = kAttendVectors * V::kWidth;
  for (int p = 0; p < kPageLength; p += kBlock) {
    typename V::Floats sum[kQueries][kAttendVectors];
    for (int i = 0; i < kQueries; ++i) {
      for (int v = 0; v < kAttendVectors; ++v) {
        sum[i][v] = first == 0 ? V::set_floats(0) : V::load_floats(score[i] + p + v * V::kWidth);
      }
    }
    const int group = kScaled ? kGroup : last - first;
    for (int begin = first; begin < last; begin += group) {
      const int end = begin + group < last ? begin + group : last;
      typename V::Floats part[kQueries][kAttendVectors];
      for (int i = 0; i < kQueries; ++i) {
        for (int v = 0; v < kAttendVectors; ++v) part[i][v] = kScaled ? V::set_floats(0) : sum[i][v];
      }
      const auto add_dimension = [&](int64_t pair, int odd) {
        keys.expect_next((2 * pair + odd) * kPageLength + p);
        typename V::Floats k[kAttendVectors];
        for (int v = 0; v < kAttendVectors; ++v) k[v] = keys.load_key(pair, odd, p + v * V::kWidth);
        for (int i = 0; i < kQueries; ++i) {
          const auto q = V::set_floats(query[i].q[first + 2 * pair + odd]);
          for (int v = 0; v < kAttendVectors; ++v) part[i][v] = V::fma(k[v], q, part[i][v]);
        }
      };
      const int64_t n_pairs = (end - first) >> 1;
      int64_t pair = (begin - first) >> 1;
      for (; pair + 1 < n_pairs; pair += 2) {
        add_dimension(pair, 0);
        add_dimension(pair, 1);
        add_dimension(pair + 1, 0);
        add_dimension(pair + 1, 1);
      }
      if (pair < n_pairs) {
        add_dimension(pair, 0);
        add_dimension(pair, 1);
      }
      for (int i = 0; i < kQueries; ++i) {
        for (int v = 0; v < kAttendVectors; ++v) {
          if constexpr (kScaled) {
            const int64_t at = int64_t{begin / kGroup} * kPageLength + p + v * V::kWidth;
            sum[i][v] = V::fma(V::load_halves(scales + 2 * at), part[i][v], sum[i][v]);
          } else {
            sum[i][v] = part[i][v];
          }
        }
      }
    }
    for (int i = 0; i < kQueries; ++i) {
      for (int v = 0; v < kAttendVectors; ++v) V::store_floats(score[i] + p + v * V::kWidth, sum[i][v]);
    }
  }
}

// Scales and masks a page's scores, turns them into weights in place, and moves the query's maximum and total.  Returns
// the factor that what was summed before has to be multiplied with.
template <class V>
inline float softmax_page(const AttentionInput& in, QueryState& query, int64_t page, float* score, float* total) {
  constexpr int kVectors = kPageLength / V::kWidth, kTotals = kTotalLanes / V::kWidth;
  typename V::Floats s[kVectors];
  for (int v = 0; v < kVectors; ++v) s[v] = V::mul(V::load_floats(score + v * V::kWidth), V::set_floats(in.scale));
  if (in.soft_cap > 0) {
    for (int v = 0; v < kVectors; ++v) s[v] = soft_cap_vector<V>(s[v], in.soft_cap);
  }
  const int64_t first = page * kPageLength;
  if (query.position < first + kPageLength - 1 || query.first_seen > first) {
    const float* not_behind = kPageMask.value + 2 * kPageLength - clamp_to_page<V>(query.position + 1 - first);
    const float* not_before = kPageMask.value + kPageLength - clamp_to_page<V>(query.first_seen - first);
    for (int v = 0; v < kVectors; ++v) {
      const auto mask = V::add(V::load_floats(not_behind + v * V::kWidth), V::load_floats(not_before + v * V::kWidth));
      s[v] = V::add(s[v], mask);
    }
  }
  auto largest = s[0];
  for (int v = 1; v < kVectors; ++v) largest = V::max(largest, s[v]);
  float factor = 1;
  if (V::any_above(largest, V::set_floats(query.max))) {
    const float max = V::reduce_max(largest);
    alignas(64) float factors[V::kWidth];
    V::store_floats(factors, exp<V>(V::set_floats(query.max - max)));
    factor = factors[0];
    query.max = max;
  }
  for (int v = 0; v < kVectors; ++v) {
    s[v] = exp<V>(V::sub(s[v], V::set_floats(query.max)));
    V::store_floats(score + v * V::kWidth, s[v]);
  }
  for (int v = 0; v < kTotals; ++v) {
    const auto sum = V::add(s[v], s[v + kTotals]);
    V::store_floats(total + v * V::kWidth, V::fma(V::load_floats(total + v * V::kWidth), V::set_floats(factor), sum));
  }
  return factor;
}

// A page's values from dimension `first` on: [p][stride], and the scales [p][n_groups] that some types have.
template <class V, KvType kType>
struct PageValues {
  KvNumbers<V, kType> numbers;
  int64_t stride;
  int first;
  const uint8_t* scales;

  // `n` values of position p from dimension d on.
  typename V::Floats load(int p, int d, int n) const {
    auto value = numbers.load_some(p * stride + d - first, n);
    if constexpr (kIsScaled<kType>) {
      const int64_t n_groups = (stride + kGroup - 1) / kGroup;
      value = V::mul(value, V::broadcast_half(scales + 2 * (p * n_groups + d / kGroup)));
    }
    return value;
  }
};

// out[i][d] = out[i][d] * factor[i] + sum over p of weight[i][p] * v[p, d], for kVectors vectors from dimension d on;
// the last of them has `n_last` elements, a number or a Count.
template <class V, KvType kType, int kQueries, int kVectors, class Last>
inline void add_vectors(const PageValues<V, kType>& values, const QueryState* query, const float* factor,
                        const float (*weight)[kPageLength], int d, Last n_last) {
  const auto count = [n_last](int v) {
    if constexpr (requires { Last::value; }) return Last::value;
    else return v + 1 < kVectors ? V::kWidth : n_last;
  };
  typename V::Floats sum[kQueries][kVectors];
  for (int i = 0; i < kQueries; ++i) {
    for (int v = 0; v < kVectors; ++v) {
      sum[i][v] = V::mul(V::load_some(query[i].out + d + v * V::kWidth, count(v)), V::set_floats(factor[i]));
    }
  }
#pragma GCC unroll 4
  for (int p = 0; p < kPageLength; ++p) {
    values.numbers.expect_next(p * values.stride + d - values.first);
    typename V::Floats value[kVectors];
    for (int v = 0; v < kVectors; ++v) value[v] = values.load(p, d + v * V::kWidth, count(v));
    for (int i = 0; i < kQueries; ++i) {
      const auto e = V::set_floats(weight[i][p]);
      for (int v = 0; v < kVectors; ++v) sum[i][v] = V::fma(value[v], e, sum[i][v]);
    }
  }
  for (int i = 0; i < kQueries; ++i) {
    for (int v = 0; v < kVectors; ++v) V::store_some(query[i].out + d + v * V::kWidth, sum[i][v], count(v));
  }
}

// The same for dimensions [first, last).
template <class V, KvType kType, int kQueries>
inline void add_values(const PageValues<V, kType>& values, const QueryState* query, const float* factor,
                       const float (*weight)[kPageLength], int first, int last) {
  // enough sums beside each other to hide how long an addition takes
  constexpr int kVectors = kQueries > 2 ? kAttendVectors : 2 * kAttendVectors;
  constexpr int kDims = kVectors * V::kWidth;
  int d = first;
  for (; d + kDims <= last; d += kDims) {
    add_vectors<V, kType, kQueries, kVectors>(values, query, factor, weight, d, Count<V::kWidth>{});
  }
  for (; d < last; d += V::kWidth) {
    add_vectors<V, kType, kQueries, 1>(values, query, factor, weight, d, last - d < V::kWidth ? last - d : V::kWidth);
  }
}

// Calls body(Count<n>, first) for the tiles of a block that see some of the page.
template <class V, class Body>
inline void for_seeing_tiles(const AttentionBlock<V>& block, int64_t page, Body&& body) {
  for_query_tiles<V>(block.n_queries, 0, [&](auto n, int first) {
    if (is_seen<V>(block.query + first, n.value, page)) body(n, first);
  });
}

template <class V, KvType kType>
inline void score_page(const AttentionInput& in, AttentionBlock<V>& block, int64_t page, int64_t next, bool convert) {
  constexpr bool kScaled = kIsScaled<kType>;
  const KvNumbers<V, kType> keys{in.keys[page], in.keys[next]};
  const uint8_t* scales = in.keys[page] + kv_element_bytes(kType, in.head_dim);
  if (!convert) {
    return for_seeing_tiles<V>(block, page, [&](auto n, int first) {
      score_tile<V, kType, kScaled, n.value>(keys, scales, block.query + first, 0, in.head_dim, block.weight + first);
    });
  }
  for (int begin = 0; begin < in.head_dim; begin += kChunkDims) {
    const int end = begin + kChunkDims < in.head_dim ? begin + kChunkDims : in.head_dim;
    for (int d = begin; d < end; d += 2) {
      for (int odd = 0; odd < 2; ++odd) {
        for (int p = 0; p < kPageLength; p += V::kWidth) {
          keys.expect_next(int64_t{d + odd} * kPageLength + p);
          V::store_floats(block.converted + (d + odd - begin) * kPageLength + p, keys.load_key(d / 2, odd, p));
        }
      }
    }
    const KvNumbers<V, KvType::kF32> floats = block.floats();
    for_seeing_tiles<V>(block, page, [&](auto n, int first) {
      score_tile<V, KvType::kF32, kScaled, n.value>(floats, scales, block.query + first, begin, end,
                                                    block.weight + first);
    });
  }
}

template <class V, KvType kType>
inline void add_page(const AttentionInput& in, AttentionBlock<V>& block, int64_t page, int64_t next, bool convert) {
  const uint8_t* scales = in.values[page] + kv_element_bytes(kType, in.head_dim);
  const PageValues<V, kType> values{{in.values[page], in.values[next]}, in.head_dim, 0, scales};
  if (!convert) {
    return for_seeing_tiles<V>(block, page, [&](auto n, int first) {
      add_values<V, kType, n.value>(values, block.query + first, block.factor + first, block.weight + first, 0,
                                    in.head_dim);
    });
  }
  for (int begin = 0; begin < in.head_dim; begin += kChunkDims) {
    const int end = begin + kChunkDims < in.head_dim ? begin + kChunkDims : in.head_dim;
    for (int p = 0; p < kPageLength; ++p) {
      for (int d = begin; d < end; d += V::kWidth) {
        values.numbers.expect_next(p * values.stride + d);
        V::store_floats(block.converted + p * kChunkDims + d - begin,
                        values.load(p, d, end - d < V::kWidth ? end - d : V::kWidth));
      }
    }
    const PageValues<V, KvType::kF32> floats{block.floats(), kChunkDims, begin, nullptr};
    for_seeing_tiles<V>(block, page, [&](auto n, int first) {
      add_values<V, KvType::kF32, n.value>(floats, block.query + first, block.factor + first, block.weight + first,
                                           begin, end);
    });
  }
}

template <class V, KvType kType>
inline void attend_page(const AttentionInput& in, AttentionBlock<V>& block, int64_t page, int64_t next, bool convert) {
  score_page<V, kType>(in, block, page, next, convert);
  for_seeing_tiles<V>(block, page, [&](auto n, int first) {
    for (int i = first; i < first + n.value; ++i) {
      block.factor[i] = softmax_page<V>(in, block.query[i], page, block.weight[i], block.total[i]);
    }
  });
  add_page<V, kType>(in, block, page, next, convert);
}

// A block's queries from start to end.
template <class V, KvType kType>
void attend_block(const AttentionInput& in, AttentionBlock<V>& block) {
  int64_t first_seen = block.query[0].first_seen, last_position = block.query[0].position;
  for (int i = 1; i < block.n_queries; ++i) {
    if (block.query[i].first_seen < first_seen) first_seen = block.query[i].first_seen;
    if (block.query[i].position > last_position) last_position = block.query[i].position;
  }
  const int64_t first_page = first_seen / kPageLength, last_page = last_position / kPageLength;
  const bool convert = block.n_queries > V::kAttendQueries;
  for (int64_t i = 0; i < kv_page_bytes(kType, in.head_dim); i += 64) {
    __builtin_prefetch(in.keys[first_page] + i);
    __builtin_prefetch(in.values[first_page] + i);
  }
  for (int i = 0; i < block.n_queries; ++i) {
    for (int d = 0; d < in.head_dim; ++d) block.query[i].out[d] = 0;
  }
  for (int64_t page = first_page; page <= last_page; ++page) {
    const int64_t next = page < last_page ? page + 1 : page;
    if (kType == KvType::kQ4_0 && page >= in.recent_page) attend_page<V, KvType::kF16>(in, block, page, next, convert);
    else attend_page<V, kType>(in, block, page, next, convert);
  }
  for (int i = 0; i < block.n_queries; ++i) {
    typename V::Floats totals[kTotalLanes / V::kWidth];
    for (int v = 0; v < kTotalLanes / V::kWidth; ++v) totals[v] = V::load_floats(block.total[i] + v * V::kWidth);
    const float total = fold_sum<V>(totals);
    float* out = block.query[i].out;
    for (int d = 0; d < in.head_dim; ++d) out[d] = out[d] / total + 0.0f;
  }
}

template <class V, KvType kType>
void attend_all(const AttentionInput& in, float* out, int64_t out_token_stride) {
  AttentionBlock<V> block;
  const int64_t n_queries = in.n_tokens * in.n_group;
  for (int64_t begin = 0; begin < n_queries; begin += kBlockQueries) {
    block.n_queries = static_cast<int>(n_queries - begin < kBlockQueries ? n_queries - begin : kBlockQueries);
    for (int i = 0; i < block.n_queries; ++i) {
      const int64_t token = (begin + i) / in.n_group, head = (begin + i) % in.n_group;
      const int64_t position = in.position[token];
      block.query[i] = {.q = in.q + token * in.token_stride + head * in.head_dim,
                        .out = out + token * out_token_stride + head * in.head_dim,
                        .first_seen = in.window > 0 && position >= in.window ? position - in.window + 1 : 0,
                        .position = position,
                        .max = in.sinks != nullptr ? in.sinks[head] : -3.40282347e38f};
      for (float& total : block.total[i]) total = 0;
      if (in.sinks != nullptr) block.total[i][0] = 1;
    }
    attend_block<V, kType>(in, block);
  }
}

template <class V>
void attend(const AttentionInput& in, float* out, int64_t out_token_stride) {
  switch (in.type) {
    case KvType::kF16:
      return attend_all<V, KvType::kF16>(in, out, out_token_stride);
    case KvType::kQ8_0:
      return attend_all<V, KvType::kQ8_0>(in, out, out_token_stride);
    case KvType::kF32:
      return attend_all<V, KvType::kF32>(in, out, out_token_stride);
    case KvType::kQ4_0:
      return attend_all<V, KvType::kQ4_0>(in, out, out_token_stride);
  }
}

}  // namespace ondol
