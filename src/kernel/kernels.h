// The table of functions every CPU family fills: plain data only, so that no wide code leaks out of isa/.
//
// The contract: results do not depend on company.  An output element depends only on its weight row and its token's
// activations; the order of summation over columns is fixed and the same for one token and a thousand; attention is
// reduced page by page in order of absolute position.  So logits are bit-equal for every batch size, chunking, thread
// count and neighbour.  No function allocates, locks or fails: shapes were checked when the model was loaded.
// Every function may be called from several threads at once on disjoint outputs.
#pragma once

#include <cstdint>

#include "tensor/run_layout.h"

namespace ondol {

// The input of one sublayer, quantised once for all matrices it meets.  Per token and per `scale_every` columns (the
// last ones of a row may be fewer):  scale = max|x| / 127, q = round(x / scale); and per 32 columns the sum of those q.
// The layout of `q`, `scale` and `sum` is private to the table that wrote them (tokens in tiles); there must be room
// for n_tokens rounded up to Kernels::token_tile.
struct Q8Activations {
  int8_t* q = nullptr;     // [n_tokens, n_cols], tiled
  float* scale = nullptr;  // [n_tokens, n_cols / 32], tiled; a scale of more columns is repeated
  int32_t* sum = nullptr;  // [n_tokens, n_cols / 32], tiled; two halves of 16 bits, for 16 columns each
  int64_t n_tokens = 0;
  int64_t n_cols = 0;        // a multiple of 32
  int scale_every = kGroup;  // a multiple of 32
};

// What a product reads: f32 always, else the activations whose scale_every its weights ask for.
struct ProductInput {
  const float* x = nullptr;  // [n_tokens, n_cols]
  Q8Activations by_32, by_256;
  int64_t n_tokens = 0;
};

struct Rows {
  int64_t begin, end;  // begin is a multiple of kPanelRows, end too or the matrix's last row
};

// kF32 keeps keys and values exact, for tests and for measuring what the others cost.
enum class KvType : uint8_t { kF16, kQ8_0, kF32, kQ4_0 };

// Keys and values of one sequence and one kv head, in pages of kPageLength positions.
//   keys    f16: [head_dim][kPageLength];  q8_0: [head_dim][kPageLength] int8, then [n_groups][kPageLength] f16
//           q4_0: [head_dim / 2][kPageLength] bytes, low nibble the even dimension, then scales as q8_0
//   values  f16: [kPageLength][head_dim];  q8_0: [kPageLength][head_dim] int8, then [kPageLength][n_groups] f16
//           q4_0: [kPageLength][head_dim / 2] bytes, low nibble the even dimension, then scales as q8_0
//   f32 as f16, with four bytes an element
// An element of q8_0 is its number times the scale of its group of 32 dimensions, of q4_0 kKvCodes[nibble] times that;
// the last group of a head may be shorter.  Keys lie transposed, so that the scores of a page are sums of whole
// vectors.  Unwritten positions are zero.
inline constexpr int kPageLength = 32;

// What the nibbles of q4_0 stand for.  Where the largest number of a group is scaled to -127, these lose least of
// normally distributed numbers, which is what rotate() makes of keys and values: a mean squared error of 0.0060 of
// theirs (even steps, as in the weight type Q4_0: 0.0074).  Found by Lloyd's algorithm on 2 million such numbers.
constexpr int8_t kKvCodes[16] = {-126, -101, -81, -64, -49, -36, -23, -10, 2, 14, 27, 40, 54, 70, 89, 112};

// Queries that share one kv head: `n_group` neighbouring heads of `n_tokens` tokens of one sequence.
struct AttentionInput {
  const float* q;  // query g of token t at q + t * token_stride + g * head_dim
  int64_t token_stride;
  int64_t n_tokens;
  int n_group;
  const int32_t* position;     // [n_tokens]: each token sees the keys at 0 .. its position
  const uint8_t* const* keys;  // [n_pages] this kv head's part of each page
  const uint8_t* const* values;
  KvType type;
  int head_dim;             // a multiple of 8
  float scale;              // multiplies q . k
  float soft_cap;           // c: scores become c tanh(score / c); 0: none
  int64_t window;           // each token sees at most its last `window` positions, its own among them; 0: all
  const float* sinks;       // [n_group] a score of each head that only takes its share of the softmax; null: none
  int64_t recent_page = 0;  // q4_0 only: pages from this one on are f16
};

// What a feed-forward does to its gate, or to its only input.
enum class Activation : uint8_t {
  kSilu,      // x / (1 + exp(-x))
  kGeluTanh,  // x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))).   Source: Hendrycks and Gimpel 2016, section 2
  kGelu,      // x / 2 * (1 + erf(x / sqrt(2))).   Source: the same, equation 1
};

struct Kernels {
  const char* isa;      // "scalar", "avx2", "avxvnni", "avx512", "amx", "neon", "dotprod", "i8mm"
  bool (*runs_here)();  // asked before anything else of the table is called

  // Fills `out` from x [out.n_tokens, out.n_cols] for tokens [first, last); first is a multiple of token_tile.
  void (*quantize)(const float* x, const Q8Activations& out, int64_t first_token, int64_t last_token);
  int token_tile;

  // y[t * y_stride + r] = dot(row r of w, token t of x) for r in rows, one function per tensor type (DType::index()).
  //   scratch: product_scratch_bytes(n_cols) bytes, 64-byte aligned, private to the calling thread.
  void (*const* product)(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, Rows rows,
                         uint8_t* scratch);
  int64_t (*product_scratch_bytes)(int64_t n_cols);

  // out: softmax(scale * q k) v for each query, streaming over pages in order; query (t, g) goes to
  // out + t * out_token_stride + g * head_dim.  Pages before every token's window are not looked at.
  // Source: Dao et al. 2022 (FlashAttention), section 3.1; soft cap: Gemma 2 report, section 2; sinks: gpt-oss model
  // card.
  void (*attend)(const AttentionInput& in, float* out, int64_t out_token_stride);
  // Writes one position's key and value [head_dim] into a page (layouts above).
  void (*store_kv)(KvType type, const float* key, const float* value, int head_dim, int slot, uint8_t* keys,
                   uint8_t* values);
  // Turns each head of x [n_heads, head_dim], in place, so that none of its numbers stands out; a second time turns it
  // back.  Products of two heads that are both turned stay what they were.  generic/rotate.h says how.
  void (*rotate)(float* x, int64_t n_heads, int head_dim);

  // y = x / sqrt(mean(x^2) + eps) * weight.    x, weight, y [n]; y may be x
  void (*rms_norm)(const float* x, const float* weight, float eps, float* y, int64_t n);
  // y = (x - mean) / sqrt(variance + eps) * weight + bias.    x, weight, bias, y [n]; bias may be null; y may be x
  void (*layer_norm)(const float* x, const float* weight, const float* bias, float eps, float* y, int64_t n);
  // Rotates pairs of x [n_heads, head_dim] in place by cos and sin [n_dims / 2]; pairs are (2i, 2i + 1) when
  // `interleaved`, else (i, i + n_dims / 2).  Source: Su et al. 2021 (RoFormer), equation 34.
  void (*rope)(float* x, int n_heads, int head_dim, int n_dims, const float* cos, const float* sin, bool interleaved);
  // y = activation(x).    x, y [n]; y may be x
  void (*activate)(Activation activation, const float* x, float* y, int64_t n);
  // y = activation(gate) * up.    all [n]; y may be gate
  void (*gate)(Activation activation, const float* gate, const float* up, float* y, int64_t n);
  // y = g / (1 + exp(-1.702 g)) * (u + 1), g = min(gate, limit), u = up held to [-limit, limit].    all [n]; y may be
  // gate Source: gpt-oss, gpt_oss/torch/model.py (swiglu).
  void (*clamped_gate)(const float* gate, const float* up, float limit, float* y, int64_t n);
  // x += scale * y.    [n]
  void (*add)(float* x, const float* y, float scale, int64_t n);
  // x *= factor.    [n]
  void (*scale)(float* x, float factor, int64_t n);
  // x = cap tanh(x / cap).    [n]
  void (*soft_cap)(float* x, float cap, int64_t n);

  // The machine's limits, for `ondol bench`: each returns how many operations it did (a multiply-add counts two), or a
  // checksum for the read.  Runs on the calling thread.
  int64_t (*probe_int8)(int64_t n_rounds);         // by vectors, also where a matrix unit multiplies many tokens
  int64_t (*probe_matrix_int8)(int64_t n_rounds);  // null where the family uses no matrix unit
  int64_t (*probe_bf16)(int64_t n_rounds);         // null where the family has no bf16 products
  int64_t (*probe_f32)(int64_t n_rounds);
  uint64_t (*probe_read)(const uint8_t* memory, int64_t size_bytes);

  // A 4-bit copy of a panel of w: copy, one panel of a Q4_0 matrix of the same width in run layout, and for each of the
  // panel's rows the sum of squares of its weights (length [16]) and of what the copy is off (error [16]), each within
  // n_cols * 2^-23 of itself.  One function per tensor type, null where such a copy is hardly smaller (up to 6 bits);
  // no table at all where products are not those above.  n_cols is a multiple of 32.
  void (*const* coarsen)(const WeightView& w, int64_t panel, uint8_t* copy, float* length, float* error);
  // bound[p] = max over the rows r of panel p of  y[r] + length[r] * length_share + error[r] * error_share, infinite
  // where one is not a number; each y[r] becomes -infinity.    y, length, error [n_panels, 16]
  void (*bound_panels)(float* y, const float* length, const float* error, float length_share, float error_share,
                       int64_t n_panels, float* bound);
};

// Bytes of one kv head's keys (or values) in one page: of the elements, and with the scales behind them.
constexpr int64_t kv_element_bytes(KvType type, int head_dim) {
  const int64_t n = int64_t{kPageLength} * head_dim;
  switch (type) {
    case KvType::kF16:
      return 2 * n;
    case KvType::kF32:
      return 4 * n;
    case KvType::kQ4_0:
      return n / 2;
    case KvType::kQ8_0:
      break;
  }
  return n;
}
constexpr int64_t kv_page_bytes(KvType type, int head_dim) {
  const bool is_scaled = type == KvType::kQ8_0 || type == KvType::kQ4_0;
  const int64_t n_groups = is_scaled ? (head_dim + kGroup - 1) / kGroup : 0;
  return kv_element_bytes(type, head_dim) + 2 * kPageLength * n_groups;
}

}  // namespace ondol
