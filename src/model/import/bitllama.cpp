#include "model/import/bitllama.h"

#include <fmt/format.h>

#include <cstring>

#include "base/bytes.h"
#include "base/checked_math.h"
#include "format/llama2c.h"
#include "model/import/import_messages.h"
#include "model/import/rearrange.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/mxfp4.h"
#include "tensor/quant/tq2_0.h"

namespace ondol {
namespace {

constexpr int64_t kWeightsPerByte = 4;

struct TernaryKind {
  const char* name;  // with {} for the layer
  int64_t n_rows, n_cols;
  int64_t head_dim;  // positive: rows 2 i and 2 i + 1 of a head, which are rotated together, become i and i + half

  int64_t packed_bytes() const { return n_rows * n_cols / kWeightsPerByte; }
};

// In file order.
std::vector<TernaryKind> ternary_kinds(const Llama2cConfig& c) {
  const int64_t hidden = c.hidden_size, ffn = c.ffn_size;
  return {{"blk.{}.attn_q", hidden, hidden, c.head_dim()},
          {"blk.{}.attn_k", c.kv_size(), hidden, c.head_dim()},
          {"blk.{}.attn_v", c.kv_size(), hidden, 0},
          {"blk.{}.attn_output", hidden, hidden, 0},
          {"blk.{}.ffn_gate", ffn, hidden, 0},
          {"blk.{}.ffn_down", hidden, ffn, 0},
          {"blk.{}.ffn_up", ffn, hidden, 0}};
}

int64_t float_bytes(int64_t n) { return n * static_cast<int64_t>(sizeof(float)); }

std::optional<int64_t> expected_bytes(const Llama2cConfig& c) {
  // Sizes are at most 2^24: a matrix has at most 2^48 bytes.
  std::optional<int64_t> total =
      c.header_bytes + float_bytes(c.hidden_size) + float_bytes(c.vocab_size * c.hidden_size);
  for (const TernaryKind& kind : ternary_kinds(c)) {
    if (kind.n_cols % kWeightsPerByte != 0) return std::nullopt;
    const auto bytes = checked_mul(float_bytes(1) + kind.packed_bytes(), c.n_layers);
    total = bytes ? checked_add(*total, *bytes) : std::nullopt;
    if (!total) break;
  }
  return total;
}

// The type that holds -1, 0 and 1 exactly in rows of that length.
DType ternary_type(int64_t n_cols) {
  if (n_cols % TQ2_0::kBlockWeights == 0) return dtype_of<TQ2_0>;
  return n_cols % MXFP4::kBlockWeights == 0 ? dtype_of<MXFP4> : dtype_of<F32>;
}

ImportedTensor ternary_tensor(std::string name, const TernaryKind& kind, std::span<const uint8_t> packed) {
  const DType dtype = ternary_type(kind.n_cols);
  const auto read = [kind, packed, dtype](int64_t first, int64_t n, uint8_t* out) {
    std::vector<float> weights(static_cast<size_t>(kind.n_cols));
    for (int64_t row = first; row < first + n; ++row, out += dtype.size_bytes(kind.n_cols)) {
      int64_t stored = row;
      if (kind.head_dim > 0) {
        const int64_t half = kind.head_dim / 2, in_head = row % kind.head_dim;
        stored = row - in_head + 2 * (in_head % half) + in_head / half;
      }
      for (int64_t col = 0; col < kind.n_cols; ++col) {
        const int64_t at = stored * kind.n_cols + col;
        const int code = packed[static_cast<size_t>(at / kWeightsPerByte)] >> (6 - 2 * (at % kWeightsPerByte)) & 3;
        weights[static_cast<size_t>(col)] = code == 1 ? 1.0f : code == 3 ? -1.0f : 0.0f;
      }
      dtype.info().encode(weights.data(), nullptr, out, kind.n_cols);
    }
  };
  return {.name = std::move(name),
          .dtype = dtype,
          .shape = {kind.n_rows, kind.n_cols},
          .read_rows = read,
          .reads = {packed}};
}

}  // namespace

bool looks_like_bitllama(std::span<const uint8_t> bytes) {
  Bytes in(bytes);
  const auto config = read_llama2c_config("", in);
  return config && config->version == 1 && config->shared_classifier &&
         expected_bytes(*config) == static_cast<int64_t>(bytes.size());
}

Result<ImportedModel> import_bitllama(std::shared_ptr<const FileMap> map, const std::string& tokenizer_path) {
  Bytes in(map->bytes());
  TRY(const Llama2cConfig config, read_llama2c_config(map->path(), in));
  TRY(const auto tokenizer, FileMap::open(tokenizer_path));

  ImportedModel model;
  model.source.format = "bitllama2.c";
  model.source.metadata = llama2c_metadata(config, "bitnet");
  model.source.metadata.set_f32("bitnet.attention.layer_norm_rms_epsilon", 1e-20f);
  TRY(read_llama2c_tokenizer(tokenizer_path, Bytes(tokenizer->bytes()), config.vocab_size, model.source.metadata));
  const auto take = [&in](int64_t n_bytes) { return *in.take_span(static_cast<uint64_t>(n_bytes)); };
  const auto take_floats = [&](int64_t n) {
    std::vector<float> values(static_cast<size_t>(n));
    std::memcpy(values.data(), take(float_bytes(n)).data(), values.size() * sizeof(float));
    return values;
  };
  model.tensors.push_back(made_tensor("output_norm.weight", take_floats(config.hidden_size), {config.hidden_size}));
  const Shape embedding{config.vocab_size, config.hidden_size};
  model.tensors.push_back(made_tensor("token_embd.weight", take_floats(embedding.n_elements()), embedding));
  for (const TernaryKind& kind : ternary_kinds(config)) {
    for (int64_t layer = 0; layer < config.n_layers; ++layer) {
      const std::string name = fmt::format(fmt::runtime(kind.name), layer);
      model.tensors.push_back(made_tensor(name + ".scale", take_floats(1), {1}));
      model.tensors.push_back(ternary_tensor(name + ".weight", kind, take(kind.packed_bytes())));
    }
  }
  for (int64_t layer = 0; layer < config.n_layers; ++layer) {
    for (const char* name : {"attn_norm", "attn_sub_norm", "ffn_norm", "ffn_sub_norm"}) {
      const int64_t n = std::strcmp(name, "ffn_sub_norm") == 0 ? config.ffn_size : config.hidden_size;
      const std::vector<float> weights(static_cast<size_t>(n), 1.0f / static_cast<float>(n));
      model.tensors.push_back(made_tensor(fmt::format("blk.{}.{}.weight", layer, name), weights, {n}));
    }
  }
  model.source.maps = {std::move(map), tokenizer};
  return model;
}

}  // namespace ondol
