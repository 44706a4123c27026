#include "model/random_model.h"

#include <cmath>
#include <cstring>
#include <map>
#include <mutex>
#include <numeric>

#include "base/check.h"
#include "base/memory.h"
#include "model/model_messages.h"
#include "model/storage_type.h"

namespace ondol {
namespace {

constexpr int64_t kTableRuns = 1024;
constexpr int64_t kRunWeights = 256;  // a whole number of blocks of every type

constexpr ModelShape kShapes[] = {
    {.name = "llama-3.2-1b",
     .n_layers = 16,
     .hidden_size = 2048,
     .n_heads = 32,
     .n_kv_heads = 8,
     .head_dim = 64,
     .ffn_size = 8192,
     .vocab_size = 128256,
     .context_length = 131072,
     .rope_theta = 500000,
     .rope_scaling = Llama3RopeScaling{.factor = 32}},
    {.name = "smollm2-135m",
     .n_layers = 30,
     .hidden_size = 576,
     .n_heads = 9,
     .n_kv_heads = 3,
     .head_dim = 64,
     .ffn_size = 1536,
     .vocab_size = 49152,
     .context_length = 8192,
     .rope_theta = 100000},
    // The sizes of Qwen2.5-0.5B without its biases.
    {.name = "0.5b",
     .n_layers = 24,
     .hidden_size = 896,
     .n_heads = 14,
     .n_kv_heads = 2,
     .head_dim = 64,
     .ffn_size = 4864,
     .vocab_size = 151936,
     .context_length = 32768,
     .rope_theta = 1000000,
     .norm_eps = 1e-6},
    // The sizes of Qwen3-0.6B without its norms of q and k.
    {.name = "0.6b",
     .n_layers = 28,
     .hidden_size = 1024,
     .n_heads = 16,
     .n_kv_heads = 8,
     .head_dim = 128,
     .ffn_size = 3072,
     .vocab_size = 151936,
     .context_length = 32768,
     .rope_theta = 1000000,
     .norm_eps = 1e-6},
    // The sizes of GPT-2 124M; its plain feed-forward of 3072 has the weights of a gated one of 2048.
    {.name = "124m",
     .n_layers = 12,
     .hidden_size = 768,
     .n_heads = 12,
     .n_kv_heads = 12,
     .head_dim = 64,
     .ffn_size = 2048,
     .vocab_size = 50257,
     .context_length = 1024},
};

// Normal to four digits: twelve uniform numbers, whose sum has variance one (Irwin-Hall); needs no library function.
double draw_normal(SplitMix64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum;
}

// Encoded runs of weights that rows of `n_cols` are put together from.  Encoded when the first row is written: who only
// asks for names and sizes does not wait for it.
class RunTable {
 public:
  RunTable(DType type, int64_t n_cols, uint64_t seed)
      : type_(type),
        n_cols_(n_cols),
        seed_(seed),
        run_weights_(std::gcd(n_cols, kRunWeights)),
        run_bytes_(type.size_bytes(run_weights_)) {}

  void write_row(SplitMix64& random, std::span<uint8_t> row) {
    std::call_once(encoded_, [&] { encode(); });
    const auto run_bytes = static_cast<size_t>(run_bytes_);
    for (size_t at = 0; at < row.size(); at += run_bytes) {
      std::memcpy(row.data() + at, bytes_.data() + random.below(kTableRuns) * run_bytes_, run_bytes);
    }
  }

 private:
  void encode() {
    SplitMix64 random(seed_);
    const double deviation = 1 / std::sqrt(static_cast<double>(n_cols_));
    std::vector<float> weights(static_cast<size_t>(run_weights_));
    bytes_.resize(static_cast<size_t>(kTableRuns * run_bytes_));
    for (int64_t run = 0; run < kTableRuns; ++run) {
      for (float& weight : weights) weight = static_cast<float>(deviation * draw_normal(random));
      type_.info().encode(weights.data(), nullptr, bytes_.data() + run * run_bytes_, run_weights_);
    }
  }

  DType type_;
  int64_t n_cols_;
  uint64_t seed_;
  int64_t run_weights_;
  int64_t run_bytes_;
  std::once_flag encoded_;
  std::vector<uint8_t> bytes_;
};

using RunTables = std::map<std::pair<int, int64_t>, std::shared_ptr<RunTable>>;  // by type and n_cols

TensorToWrite random_matrix(std::string name, DType type, const Shape& shape, uint64_t seed, RunTables& tables) {
  auto& table = tables[{type.index(), shape.n_cols()}];
  if (!table) table = std::make_shared<RunTable>(type, shape.n_cols(), seed);
  const auto produce = [type, shape, seed, table](const ByteSink& sink) -> Status {
    SplitMix64 random(seed);
    std::vector<uint8_t> row(static_cast<size_t>(type.size_bytes(shape.n_cols())));
    for (int64_t r = 0; r < shape.n_rows(); ++r) {
      table->write_row(random, row);
      TRY(sink(row));
    }
    return ok();
  };
  return {std::move(name), type, shape, produce};
}

TensorToWrite vector_tensor(std::string name, std::vector<float> values) {
  const Shape shape{static_cast<int64_t>(values.size())};
  return {std::move(name), dtype_of<F32>, shape, [values = std::move(values)](const ByteSink& sink) {
            return sink({reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(float)});
          }};
}

// Norm weights: around one.
TensorToWrite norm_tensor(std::string name, int64_t n, uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<float> values(static_cast<size_t>(n));
  for (float& value : values) value = static_cast<float>(1 + 0.1 * draw_normal(random));
  return vector_tensor(std::move(name), std::move(values));
}

void add_vocabulary(Metadata& metadata, int64_t vocab_size) {
  constexpr int64_t kFirstByte = 3, kFirstText = kFirstByte + 256;
  CHECK(vocab_size >= kFirstText);
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  std::vector<double> scores(static_cast<size_t>(vocab_size), 0.0);
  std::vector<int64_t> kinds = {2, 3, 3};  // unknown, control, control (tokenizer/tokenizer.h, TokenKind)
  for (int byte = 0; byte < 256; ++byte) tokens.push_back(fmt::format("<0x{:02X}>", byte));
  kinds.resize(static_cast<size_t>(kFirstText), 6);  // byte
  for (int64_t id = kFirstText; id < vocab_size; ++id) {
    tokens.push_back(fmt::format("t{}", id));
    scores[static_cast<size_t>(id)] = static_cast<double>(-id);
  }
  kinds.resize(static_cast<size_t>(vocab_size), 1);  // normal
  metadata.set_string("tokenizer.ggml.model", "llama");
  metadata.set_string("tokenizer.ggml.pre", "default");
  metadata.set_strings("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set_f32s("tokenizer.ggml.scores", std::move(scores));
  metadata.set_i32s("tokenizer.ggml.token_type", std::move(kinds));
  metadata.set_u32("tokenizer.ggml.unknown_token_id", 0);
  metadata.set_u32("tokenizer.ggml.bos_token_id", 1);
  metadata.set_u32("tokenizer.ggml.eos_token_id", 2);
  metadata.set_bool("tokenizer.ggml.add_bos_token", true);
}

}  // namespace

std::span<const ModelShape> known_shapes() { return kShapes; }

const ModelShape* find_shape(std::string_view name) {
  for (const ModelShape& shape : kShapes) {
    if (shape.name == name) return &shape;
  }
  return nullptr;
}

Metadata random_model_metadata(const ModelShape& shape, bool with_vocabulary) {
  const auto u32 = [](int64_t value) { return static_cast<uint32_t>(value); };
  Metadata metadata;
  metadata.set_string("general.architecture", "llama");
  metadata.set_string("general.name", fmt::format("random weights, shape {}", shape.name));
  metadata.set_u32("general.quantization_version", 2);
  metadata.set_u32("llama.vocab_size", u32(shape.vocab_size));
  metadata.set_u32("llama.context_length", u32(shape.context_length));
  metadata.set_u32("llama.embedding_length", u32(shape.hidden_size));
  metadata.set_u32("llama.block_count", u32(shape.n_layers));
  metadata.set_u32("llama.feed_forward_length", u32(shape.ffn_size));
  metadata.set_u32("llama.attention.head_count", u32(shape.n_heads));
  metadata.set_u32("llama.attention.head_count_kv", u32(shape.n_kv_heads));
  metadata.set_u32("llama.attention.key_length", u32(shape.head_dim));
  metadata.set_u32("llama.attention.value_length", u32(shape.head_dim));
  metadata.set_u32("llama.rope.dimension_count", u32(shape.head_dim));
  metadata.set_f32("llama.rope.freq_base", static_cast<float>(shape.rope_theta));
  metadata.set_f32("llama.attention.layer_norm_rms_epsilon", static_cast<float>(shape.norm_eps));
  if (with_vocabulary) add_vocabulary(metadata, shape.vocab_size);
  return metadata;
}

std::vector<TensorToWrite> random_model_tensors(const ModelShape& shape, DType type, uint64_t seed) {
  std::vector<TensorToWrite> tensors;
  RunTables tables;
  SplitMix64 seeds(seed);
  const auto matrix = [&](std::string name, int64_t n_rows, int64_t n_cols, bool is_head = false) {
    const Shape size{n_rows, n_cols};
    tensors.push_back(random_matrix(std::move(name), storage_type(type, size, is_head), size, seeds.next(), tables));
  };
  const auto norm = [&](std::string name) {
    tensors.push_back(norm_tensor(std::move(name), shape.hidden_size, seeds.next()));
  };

  matrix("token_embd.weight", shape.vocab_size, shape.hidden_size, shape.tied);
  norm("output_norm.weight");
  if (!shape.tied) matrix("output.weight", shape.vocab_size, shape.hidden_size, true);
  if (shape.rope_scaling) {
    tensors.push_back(
        vector_tensor("rope_freqs.weight", llama3_rope_factors(shape.head_dim, shape.rope_theta, *shape.rope_scaling)));
  }
  const int64_t q_rows = shape.n_heads * shape.head_dim, kv_rows = shape.n_kv_heads * shape.head_dim;
  for (int64_t layer = 0; layer < shape.n_layers; ++layer) {
    const std::string blk = fmt::format("blk.{}.", layer);
    norm(blk + "attn_norm.weight");
    matrix(blk + "attn_q.weight", q_rows, shape.hidden_size);
    matrix(blk + "attn_k.weight", kv_rows, shape.hidden_size);
    matrix(blk + "attn_v.weight", kv_rows, shape.hidden_size);
    matrix(blk + "attn_output.weight", shape.hidden_size, q_rows);
    norm(blk + "ffn_norm.weight");
    matrix(blk + "ffn_gate.weight", shape.ffn_size, shape.hidden_size);
    matrix(blk + "ffn_up.weight", shape.ffn_size, shape.hidden_size);
    matrix(blk + "ffn_down.weight", shape.hidden_size, shape.ffn_size);
  }
  return tensors;
}

Result<Checkpoint> make_random_checkpoint(const ModelShape& shape, DType type, uint64_t seed) {
  const std::vector<TensorToWrite> tensors = random_model_tensors(shape, type, seed);
  int64_t total_bytes = 0;
  for (const TensorToWrite& tensor : tensors) total_bytes += tensor.dtype.size_bytes(tensor.shape.n_elements());
  TRY(check_memory(msg::kModelWeights.text(), total_bytes));

  Checkpoint checkpoint{.format = "random", .metadata = random_model_metadata(shape, false)};
  for (const TensorToWrite& tensor : tensors) {
    const auto bytes = std::make_shared<std::vector<uint8_t>>();
    bytes->reserve(static_cast<size_t>(tensor.dtype.size_bytes(tensor.shape.n_elements())));
    TRY(tensor.produce([&](std::span<const uint8_t> piece) {
      bytes->insert(bytes->end(), piece.begin(), piece.end());
      return ok();
    }));
    checkpoint.tensors.push_back({tensor.name, {bytes->data(), tensor.dtype, tensor.shape}});
    checkpoint.buffers.push_back(bytes);
  }
  return checkpoint;
}

Status write_random_model(const std::string& path, const ModelShape& shape, DType type, uint64_t seed,
                          const WriteOptions& options) {
  return write_gguf(path, random_model_metadata(shape, true), random_model_tensors(shape, type, seed), options);
}

}  // namespace ondol
