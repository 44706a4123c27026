#include "format/llama2c.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "tensor/quant/f32.h"

namespace ondol {
namespace {

using Bytes8 = std::vector<uint8_t>;

template <class T>
void put(Bytes8& bytes, T value) {
  const auto* begin = reinterpret_cast<const uint8_t*>(&value);
  bytes.insert(bytes.end(), begin, begin + sizeof(T));
}

// One layer, 2 heads sharing 1 key head, width 4, ffn 6, 5 tokens, context 3; weight i of the file is float i.
struct Fields {
  int32_t dim = 4, hidden_dim = 6, n_layers = 1, n_heads = 2, n_kv_heads = 1, vocab_size = 5, max_seq_len = 3;
};
constexpr int kLayerFloats = 4 + 16 + 8 + 8 + 16 + 4 + 24 + 24 + 24;
constexpr int kTables = 2 * 3 * 1;  // [context, head_dim / 2] cosines and sines

void put_floats(Bytes8& bytes, int n) {
  for (int i = 0; i < n; ++i) put(bytes, static_cast<float>(i));
}

Bytes8 legacy(const Fields& fields = {}, int n_floats = 20 + kLayerFloats + 4 + kTables) {
  Bytes8 bytes;
  put(bytes, fields);
  put_floats(bytes, n_floats);
  return bytes;
}

Bytes8 version1(bool shared, int n_floats, int32_t version = 1) {
  Bytes8 bytes;
  put(bytes, uint32_t{0x616b3432});
  put(bytes, version);
  put(bytes, Fields{});
  put(bytes, static_cast<uint8_t>(shared));
  bytes.resize(256);
  put_floats(bytes, n_floats);
  return bytes;
}

Bytes8 tokenizer(int n_tokens = 5) {
  Bytes8 bytes;
  put(bytes, uint32_t{7});
  const char* tokens[] = {"<unk>", "\n<s>\n", "\n</s>\n", "<0x00>", " a b"};
  for (int i = 0; i < n_tokens; ++i) {
    put(bytes, -static_cast<float>(i));
    put(bytes, static_cast<int32_t>(std::strlen(tokens[i])));
    bytes.insert(bytes.end(), tokens[i], tokens[i] + std::strlen(tokens[i]));
  }
  return bytes;
}

// The first weight of a tensor: its place among the floats of the file.
float first(const Checkpoint& model, std::string_view name) {
  const TensorView* view = model.find(name);
  if (!view) return -1;
  float weight;
  std::memcpy(&weight, view->data, sizeof(weight));
  return weight;
}

std::string error_of(const Bytes8& checkpoint, const Bytes8& tokens, ErrorKind expected = ErrorKind::kCorruptFile) {
  const auto model = parse_llama2c("c", checkpoint, "t", tokens);
  if (model) return "";
  EXPECT_EQ(model.error().kind, expected) << model.error().message;
  return model.error().message;
}

TEST(Llama2c, ReadsTheLegacyLayout) {
  const Bytes8 checkpoint = legacy(), tokens = tokenizer();
  const auto model = parse_llama2c("c", checkpoint, "t", tokens);
  ASSERT_TRUE(model) << model.error().message;
  const std::pair<const char*, float> places[] = {
      {"token_embd.weight", 0},      {"blk.0.attn_norm.weight", 20}, {"blk.0.attn_q.weight", 24},
      {"blk.0.attn_k.weight", 40},   {"blk.0.attn_v.weight", 48},    {"blk.0.attn_output.weight", 56},
      {"blk.0.ffn_norm.weight", 72}, {"blk.0.ffn_gate.weight", 76},  {"blk.0.ffn_down.weight", 100},
      {"blk.0.ffn_up.weight", 124},  {"output_norm.weight", 148}};
  for (const auto& [name, place] : places) EXPECT_EQ(first(*model, name), place) << name;
  EXPECT_EQ(model->tensors.size(), std::size(places));
  EXPECT_EQ(model->find("blk.0.attn_k.weight")->shape, (Shape{2, 4}));
  EXPECT_EQ(model->find("blk.0.ffn_down.weight")->shape, (Shape{4, 6}));
  EXPECT_EQ(model->format, "llama2.c legacy");
}

TEST(Llama2c, ANegativeVocabularyMeansAClassifierOfItsOwn) {
  const Bytes8 checkpoint = legacy({.vocab_size = -5}, 20 + kLayerFloats + 4 + kTables + 20), tokens = tokenizer();
  const auto model = parse_llama2c("c", checkpoint, "t", tokens);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(first(*model, "output.weight"), 20 + kLayerFloats + 4 + kTables);
  EXPECT_EQ(model->find("output.weight")->shape, (Shape{5, 4}));
}

TEST(Llama2c, ReadsVersion1) {
  const Bytes8 tokens = tokenizer();
  for (const bool shared : {true, false}) {
    const Bytes8 checkpoint = version1(shared, kLayerFloats + 4 + 20 + (shared ? 0 : 20));
    const auto model = parse_llama2c("c", checkpoint, "t", tokens);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->format, "llama2.c v1");
    const std::pair<const char*, float> places[] = {{"blk.0.attn_norm.weight", 0}, {"blk.0.ffn_norm.weight", 4},
                                                    {"output_norm.weight", 8},     {"token_embd.weight", 12},
                                                    {"blk.0.attn_q.weight", 32},   {"blk.0.ffn_up.weight", 128}};
    for (const auto& [name, place] : places) EXPECT_EQ(first(*model, name), place) << name;
    EXPECT_EQ(first(*model, "output.weight"), shared ? -1 : 152);
  }
}

TEST(Llama2c, DescribesTheModelAsGgufDoes) {
  const Bytes8 checkpoint = legacy(), tokens = tokenizer();
  const auto model = parse_llama2c("c", checkpoint, "t", tokens);
  ASSERT_TRUE(model);
  const Metadata& metadata = model->metadata;
  EXPECT_EQ(metadata.get_string("general.architecture"), "llama");
  EXPECT_EQ(metadata.get_int("llama.context_length"), 3);
  EXPECT_EQ(metadata.get_int("llama.embedding_length"), 4);
  EXPECT_EQ(metadata.get_int("llama.feed_forward_length"), 6);
  EXPECT_EQ(metadata.get_int("llama.block_count"), 1);
  EXPECT_EQ(metadata.get_int("llama.attention.head_count"), 2);
  EXPECT_EQ(metadata.get_int("llama.attention.head_count_kv"), 1);
  EXPECT_EQ(metadata.get_int("llama.rope.dimension_count"), 2);
  EXPECT_EQ(metadata.get_float("llama.rope.freq_base"), 10000.0);
  EXPECT_EQ(metadata.get_float("llama.attention.layer_norm_rms_epsilon"), static_cast<double>(1e-5f));
  const auto entries = metadata.get_strings("tokenizer.ggml.tokens");
  ASSERT_TRUE(entries);
  EXPECT_EQ(std::vector<std::string>(entries->begin(), entries->end()),
            (std::vector<std::string>{"<unk>", "<s>", "</s>", "<0x00>", "▁a▁b"}));
  const auto kinds = metadata.get_ints("tokenizer.ggml.token_type");
  EXPECT_EQ(std::vector<int64_t>(kinds->begin(), kinds->end()), (std::vector<int64_t>{2, 3, 3, 6, 1}));
  EXPECT_EQ(metadata.get_floats("tokenizer.ggml.scores")->back(), -4.0);
}

TEST(Llama2c, RefusesFilesOfAnyOtherSize) {
  const Bytes8 whole = legacy(), tokens = tokenizer();
  for (size_t n = 0; n < whole.size(); ++n) {
    ASSERT_NE(error_of(Bytes8(whole.begin(), whole.begin() + n), tokens), "") << n;
  }
  EXPECT_NE(error_of(legacy({}, 20 + kLayerFloats + 4 + kTables + 1), tokens), "");
  const Bytes8 v1 = version1(true, kLayerFloats + 4 + 20);
  for (size_t n = 0; n < v1.size(); ++n) { ASSERT_NE(error_of(Bytes8(v1.begin(), v1.begin() + n), tokens), "") << n; }
}

TEST(Llama2c, RefusesShapesThatCannotBe) {
  const Bytes8 tokens = tokenizer();
  for (const Fields& fields :
       {Fields{.dim = 0}, Fields{.dim = -4}, Fields{.dim = 6}, Fields{.hidden_dim = 0}, Fields{.n_layers = 0},
        Fields{.n_layers = 1 << 30}, Fields{.n_heads = 0}, Fields{.n_heads = 3}, Fields{.n_kv_heads = 0},
        Fields{.n_kv_heads = 3}, Fields{.vocab_size = 0}, Fields{.vocab_size = INT32_MIN}, Fields{.max_seq_len = 0},
        Fields{.dim = 1 << 24, .hidden_dim = 1 << 24, .n_layers = 1 << 24, .vocab_size = 1 << 24}}) {
    EXPECT_NE(error_of(legacy(fields), tokens), "");
  }
}

TEST(Llama2c, RefusesTheInt8Version) {
  EXPECT_EQ(error_of(version1(true, kLayerFloats + 24, 2), tokenizer(), ErrorKind::kUnsupported),
            "c: llama2.c checkpoint version 2 is not supported (expected 1, or none)");
}

TEST(Llama2c, RefusesATokenizerOfAnotherModel) {
  const Bytes8 checkpoint = legacy(), whole = tokenizer();
  EXPECT_NE(error_of(checkpoint, tokenizer(4)).find("inside token 4 of 5"), std::string::npos);
  Bytes8 more = whole;
  put(more, uint64_t{0});
  EXPECT_NE(error_of(checkpoint, more).find("8 bytes are left"), std::string::npos);
  for (size_t n = 0; n < whole.size(); ++n) {
    ASSERT_NE(error_of(checkpoint, Bytes8(whole.begin(), whole.begin() + n)), "") << n;
  }
  for (const int32_t length : {-1, 1000, INT32_MAX, INT32_MIN}) {
    Bytes8 bomb = whole;
    std::memcpy(bomb.data() + 8, &length, 4);
    EXPECT_NE(error_of(checkpoint, bomb), "") << length;
  }
}

TEST(Llama2c, SurvivesRandomMutations) {
  std::mt19937_64 random(11);
  const Bytes8 checkpoint = legacy(), tokens = tokenizer();
  for (int round = 0; round < 5000; ++round) {
    Bytes8 c = checkpoint, t = tokens;
    c[random() % 28] = static_cast<uint8_t>(random());
    t[random() % t.size()] = static_cast<uint8_t>(random());
    (void)parse_llama2c("c", c, "t", t);
  }
}

// The same public model in both layouts (karpathy/tinyllamas stories260K).
TEST(Llama2c, BothLayoutsOfAPublicModelAgree) {
  const std::string data = ONDOL_SOURCE_DIR "/../shared/data/";
  const std::string tokens = data + "llama2c-stories260K/tok512.bin";
  if (!std::filesystem::exists(tokens)) GTEST_SKIP() << "../shared/data/llama2c-stories260K is absent";
  const auto a = import_llama2c(data + "llama2c-stories260K/stories260K.bin", tokens);
  const auto b = import_llama2c(data + "llama2c-stories260K-v1/checkpoint_v1.bin", tokens);
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_TRUE(b) << b.error().message;
  ASSERT_EQ(a->tensors.size(), 5u * 9 + 2);
  ASSERT_EQ(b->tensors.size(), a->tensors.size());
  for (const NamedTensor& tensor : a->tensors) {
    const TensorView* other = b->find(tensor.name);
    ASSERT_TRUE(other) << tensor.name;
    ASSERT_EQ(other->shape, tensor.view.shape);
    EXPECT_EQ(std::memcmp(other->data, tensor.view.data, static_cast<size_t>(other->size_bytes())), 0) << tensor.name;
  }
  EXPECT_EQ(a->metadata.get_strings("tokenizer.ggml.tokens")->size(), 512u);
  const auto kinds = *a->metadata.get_ints("tokenizer.ggml.token_type");
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), 6), 256);
}

}  // namespace
}  // namespace ondol
