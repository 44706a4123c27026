#include "format/llama2c.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "base/bytes.h"
#include "base/checked_math.h"
#include "format/format_messages.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

constexpr uint32_t kMagic = 0x616b3432;  // "ak42"
constexpr int64_t kVersion1HeaderBytes = 256;
constexpr float kNormEps = 1e-5f;       // run.c, rmsnorm
constexpr float kRopeTheta = 10000.0f;  // run.c, forward
constexpr int64_t kFirstByteToken = 3, kLastByteToken = 258;
constexpr int64_t kMaxSize = 1 << 24;  // far above any real width, depth, vocabulary or context; products fit

// One kind of tensor: all layers' copies lie one after another.  A kind without a name is skipped.
struct TensorKind {
  const char* name;  // with {} for the layer where there is one per layer
  bool per_layer;
  Shape shape;
};

}  // namespace

Result<Llama2cConfig> read_llama2c_config(std::string_view name, Bytes& in) {
  Llama2cConfig config;
  const auto cut = [&] {
    return fail(ErrorKind::kCorruptFile, msg::kFileEndsInside, name, in.position() + in.size_bytes(),
                msg::kTheHeader.text());
  };
  const Bytes start = in;
  const auto magic = in.take_u32();
  if (magic && *magic == kMagic) {
    const auto version = in.take_i32();
    if (!version) return cut();
    if (*version != 1) return fail(ErrorKind::kUnsupported, msg::kLlama2cVersion, name, *version);
    config.version = 1;
  } else {
    in = start;
  }
  struct Field {
    const char* name;
    int64_t* value;
  };
  const Field fields[] = {{"dim", &config.hidden_size},           {"hidden_dim", &config.ffn_size},
                          {"n_layers", &config.n_layers},         {"n_heads", &config.n_heads},
                          {"n_kv_heads", &config.n_kv_heads},     {"vocab_size", &config.vocab_size},
                          {"max_seq_len", &config.context_length}};
  for (const Field& field : fields) {
    const auto number = in.take_i32();
    if (!number) return cut();
    *field.value = *number;
  }
  if (config.version == 1) {
    const auto shared = in.take_u8();
    if (!shared || !in.take_span(static_cast<uint64_t>(kVersion1HeaderBytes - in.position()))) return cut();
    config.shared_classifier = *shared != 0;
  } else {
    config.shared_classifier = config.vocab_size > 0;
    config.vocab_size = std::abs(config.vocab_size);
  }
  config.header_bytes = in.position();

  const auto wrong = [&](const char* field, int64_t value, const std::string& expected) {
    return fail(ErrorKind::kCorruptFile, msg::kBadLlama2cHeader, name, field, value, expected);
  };
  for (const Field& field : fields) {
    if (*field.value < 1 || *field.value > kMaxSize)
      return wrong(field.name, *field.value, fmt::format("1…{}", kMaxSize));
  }
  if (config.hidden_size % (2 * config.n_heads) != 0) {
    return wrong("dim", config.hidden_size, fmt::format("{} x n", 2 * config.n_heads));
  }
  if (config.n_heads % config.n_kv_heads != 0) {
    return wrong("n_heads", config.n_heads, fmt::format("{} x n", config.n_kv_heads));
  }
  return config;
}

namespace {

// The kinds in file order.
std::vector<TensorKind> tensor_kinds(const Llama2cConfig& c) {
  const Shape norm{c.hidden_size}, embedding{c.vocab_size, c.hidden_size}, up{c.ffn_size, c.hidden_size};
  const TensorKind attention_norm{"blk.{}.attn_norm.weight", true, norm};
  const TensorKind ffn_norm{"blk.{}.ffn_norm.weight", true, norm};
  const TensorKind output_norm{"output_norm.weight", false, norm};
  const TensorKind token_embedding{"token_embd.weight", false, embedding};
  const TensorKind attention[] = {{"blk.{}.attn_q.weight", true, {c.hidden_size, c.hidden_size}},
                                  {"blk.{}.attn_k.weight", true, {c.kv_size(), c.hidden_size}},
                                  {"blk.{}.attn_v.weight", true, {c.kv_size(), c.hidden_size}},
                                  {"blk.{}.attn_output.weight", true, {c.hidden_size, c.hidden_size}}};
  const TensorKind ffn[] = {{"blk.{}.ffn_gate.weight", true, up},
                            {"blk.{}.ffn_down.weight", true, {c.hidden_size, c.ffn_size}},
                            {"blk.{}.ffn_up.weight", true, up}};
  const TensorKind rotation_table{nullptr, false, {c.context_length, c.head_dim() / 2}};  // cosines, then sines

  std::vector<TensorKind> kinds;
  const auto add = [&](std::span<const TensorKind> more) { kinds.insert(kinds.end(), more.begin(), more.end()); };
  if (c.version == 1) {
    add({{attention_norm, ffn_norm, output_norm, token_embedding}});
    add(attention);
    add(ffn);
  } else {
    add({{token_embedding, attention_norm}});
    add(attention);
    add({{ffn_norm}});
    add(ffn);
    add({{output_norm, rotation_table, rotation_table}});
  }
  if (!c.shared_classifier) kinds.push_back({"output.weight", false, embedding});
  return kinds;
}

// The size a file of this shape must have; nothing when it overflows.
std::optional<int64_t> expected_bytes(const Llama2cConfig& config, std::span<const TensorKind> kinds) {
  std::optional<int64_t> total = config.header_bytes;
  for (const TensorKind& kind : kinds) {
    // Sizes are at most 2^24: a matrix has at most 2^50 bytes.
    const auto bytes =
        checked_mul(dtype_of<F32>.size_bytes(kind.shape.n_elements()), kind.per_layer ? config.n_layers : 1);
    total = bytes ? checked_add(*total, *bytes) : std::nullopt;
    if (!total) break;
  }
  return total;
}

std::vector<NamedTensor> place_tensors(const Llama2cConfig& config, std::span<const TensorKind> kinds,
                                       std::span<const uint8_t> bytes) {
  std::vector<NamedTensor> tensors;
  const uint8_t* next = bytes.data() + config.header_bytes;
  for (const TensorKind& kind : kinds) {
    for (int64_t layer = 0; layer < (kind.per_layer ? config.n_layers : 1); ++layer) {
      const TensorView view{next, dtype_of<F32>, kind.shape};
      if (kind.name) tensors.push_back({fmt::format(fmt::runtime(kind.name), layer), view});
      next += view.size_bytes();
    }
  }
  return tensors;
}

}  // namespace

Metadata llama2c_metadata(const Llama2cConfig& config, const std::string& architecture) {
  Metadata metadata;
  const auto set = [&](std::string_view key, int64_t value) { metadata.set_u32(key, static_cast<uint32_t>(value)); };
  const auto key = [&](std::string_view name) { return fmt::format("{}.{}", architecture, name); };
  metadata.set_string("general.architecture", architecture);
  set("general.file_type", 0);  // all F32
  set(key("vocab_size"), config.vocab_size);
  set(key("context_length"), config.context_length);
  set(key("embedding_length"), config.hidden_size);
  set(key("block_count"), config.n_layers);
  set(key("feed_forward_length"), config.ffn_size);
  set(key("attention.head_count"), config.n_heads);
  set(key("attention.head_count_kv"), config.n_kv_heads);
  set(key("rope.dimension_count"), config.head_dim());
  metadata.set_f32(key("rope.freq_base"), kRopeTheta);
  metadata.set_f32(key("attention.layer_norm_rms_epsilon"), kNormEps);
  return metadata;
}

namespace {

// The vocabulary entry of a token as SentencePiece has it; tokenizer.py stores spaces for "▁" and frames <s> and </s>
// with line breaks.
std::string vocabulary_entry(int64_t id, std::string_view stored) {
  if (id == 1) return "<s>";
  if (id == 2) return "</s>";
  std::string entry;
  for (const char c : stored) {
    if (c == ' ') entry += "▁";
    else entry += c;
  }
  return entry;
}

// GGUF's number of a token's kind (tokenizer.ggml.token_type).
int64_t token_kind(int64_t id, std::string_view entry) {
  constexpr int64_t kNormal = 1, kUnknown = 2, kControl = 3, kByte = 6;
  if (id == 0) return kUnknown;
  if (id < kFirstByteToken) return kControl;
  return id <= kLastByteToken && entry == fmt::format("<0x{:02X}>", id - kFirstByteToken) ? kByte : kNormal;
}

}  // namespace

// max_token_length: u32, then for each token  | score: f32 | n: i32 | n bytes |.
Status read_llama2c_tokenizer(std::string_view name, Bytes in, int64_t vocab_size, Metadata& metadata) {
  const int64_t file_bytes = in.size_bytes();
  const auto cut = [&](int64_t id) {
    return fail(ErrorKind::kCorruptFile, msg::kLlama2cTokenizerEnds, name, file_bytes, id, vocab_size);
  };
  constexpr int64_t kMinTokenBytes = 8;
  if (!in.take_u32() || vocab_size > in.size_bytes() / kMinTokenBytes) return cut(0);
  std::vector<std::string> tokens;
  std::vector<double> scores;
  std::vector<int64_t> kinds;
  for (int64_t id = 0; id < vocab_size; ++id) {
    const auto score = in.take_f32();
    const auto n = in.take_i32();
    if (!score || !n || *n < 0) return cut(id);
    const auto stored = in.take_text(static_cast<uint64_t>(*n));
    if (!stored) return cut(id);
    tokens.push_back(vocabulary_entry(id, *stored));
    scores.push_back(static_cast<double>(*score));
    kinds.push_back(token_kind(id, tokens.back()));
  }
  if (in.size_bytes() != 0) {
    return fail(ErrorKind::kCorruptFile, msg::kLlama2cTokenizerRest, name, in.size_bytes(), vocab_size);
  }
  metadata.set_string("tokenizer.ggml.model", "llama");
  metadata.set_string("tokenizer.ggml.pre", "default");
  metadata.set_strings("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set_f32s("tokenizer.ggml.scores", std::move(scores));
  metadata.set_i32s("tokenizer.ggml.token_type", std::move(kinds));
  metadata.set_u32("tokenizer.ggml.unknown_token_id", 0);
  metadata.set_u32("tokenizer.ggml.bos_token_id", 1);
  metadata.set_u32("tokenizer.ggml.eos_token_id", 2);
  metadata.set_bool("tokenizer.ggml.add_bos_token", true);
  metadata.set_bool("tokenizer.ggml.add_eos_token", false);
  metadata.set_bool("tokenizer.ggml.add_space_prefix", true);
  return ok();
}

Result<Checkpoint> parse_llama2c(std::string_view checkpoint_name, std::span<const uint8_t> checkpoint,
                                 std::string_view tokenizer_name, std::span<const uint8_t> tokenizer) {
  Bytes in(checkpoint);
  TRY(const Llama2cConfig config, read_llama2c_config(checkpoint_name, in));
  const std::vector<TensorKind> kinds = tensor_kinds(config);
  const auto file_bytes = static_cast<int64_t>(checkpoint.size());
  const auto expected = expected_bytes(config, kinds);
  if (expected != file_bytes) {
    return fail(ErrorKind::kCorruptFile, msg::kLlama2cSize, checkpoint_name, expected.value_or(INT64_MAX), file_bytes);
  }
  Checkpoint model{.format = config.version == 1 ? "llama2.c v1" : "llama2.c legacy"};
  model.metadata = llama2c_metadata(config, "llama");
  TRY(read_llama2c_tokenizer(tokenizer_name, Bytes(tokenizer), config.vocab_size, model.metadata));
  model.tensors = place_tensors(config, kinds, checkpoint);
  return model;
}

Result<Checkpoint> import_llama2c(const std::string& checkpoint_path, const std::string& tokenizer_path) {
  TRY(auto checkpoint, FileMap::open(checkpoint_path));
  TRY(auto tokenizer, FileMap::open(tokenizer_path));
  TRY(Checkpoint model, parse_llama2c(checkpoint_path, checkpoint->bytes(), tokenizer_path, tokenizer->bytes()));
  model.maps = {std::move(checkpoint), std::move(tokenizer)};
  return model;
}

}  // namespace ondol
