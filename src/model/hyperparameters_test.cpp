#include <gtest/gtest.h>

#include <cmath>

#include "model/model.h"

namespace ondol {
namespace {

Metadata metadata_of(const std::string& arch, int n_layers = 4) {
  Metadata metadata;
  metadata.set_string("general.architecture", arch);
  for (const auto& [key, value] : {std::pair{"block_count", n_layers},
                                   {"context_length", 512},
                                   {"embedding_length", 64},
                                   {"feed_forward_length", 96},
                                   {"attention.head_count", 4}}) {
    metadata.set_u32(arch + "." + key, static_cast<uint32_t>(value));
  }
  return metadata;
}

Result<Hyperparameters> read(const Metadata& metadata) {
  return read_hyperparameters("model.gguf", metadata, *find_architecture(*metadata.get_string("general.architecture")));
}

std::vector<int64_t> windows(const Hyperparameters& hp) {
  std::vector<int64_t> lengths;
  for (const LayerSizes& layer : hp.layers) lengths.push_back(layer.window);
  return lengths;
}

TEST(Hyperparameters, AreReadUnderTheFilesOwnName) {
  auto metadata = metadata_of("hcx-seed-think");
  metadata.set_f32("hcx-seed-think.attention.layer_norm_epsilon", 1e-3f);
  const auto hp = read(metadata);
  ASSERT_TRUE(hp) << hp.error().message;
  EXPECT_EQ(hp->norm, Norm::kLayer);
  EXPECT_EQ(hp->norm_eps, 1e-3f);
}

TEST(Hyperparameters, HaveLlamaCppsDefaults) {
  const auto gemma2 = read(metadata_of("gemma2"));
  ASSERT_TRUE(gemma2);
  EXPECT_EQ(windows(*gemma2), (std::vector<int64_t>{4096, 0, 4096, 0}));
  EXPECT_EQ(gemma2->attention_soft_cap, 50);
  EXPECT_EQ(gemma2->final_soft_cap, 30);
  EXPECT_EQ(gemma2->embedding_scale, 8);
  EXPECT_FLOAT_EQ(gemma2->attention_scale, 0.25f);
  EXPECT_FLOAT_EQ(read(metadata_of("gemma2", 46))->attention_scale, 0.25f);  // hidden / heads is 16 here, too
  EXPECT_EQ(windows(*read(metadata_of("gemma3"))), (std::vector<int64_t>{0, 0, 0, 0}));
  EXPECT_EQ(read(metadata_of("exaone4", 64))->layers[2].window, 4096);
  EXPECT_EQ(read(metadata_of("exaone4", 64))->layers[3].window, 0);
  EXPECT_EQ(read(metadata_of("exaone4", 30))->layers[2].window, 0);
}

TEST(Hyperparameters, TakeWindowPatternsAsArrayOrPeriod) {
  auto metadata = metadata_of("gemma3");
  metadata.set_u32("gemma3.attention.sliding_window", 10);
  EXPECT_EQ(windows(*read(metadata)), (std::vector<int64_t>{10, 10, 10, 10}));  // of six layers five
  metadata.set_u32("gemma3.attention.sliding_window_pattern", 3);
  EXPECT_EQ(windows(*read(metadata)), (std::vector<int64_t>{10, 10, 0, 10}));
  metadata.set("gemma3.attention.sliding_window_pattern",
               {.type = MetaType::kArray, .element_type = MetaType::kBool, .value = std::vector<int64_t>{0, 1, 1, 0}});
  EXPECT_EQ(windows(*read(metadata)), (std::vector<int64_t>{0, 10, 10, 0}));
  metadata.set_i32s("gemma3.attention.sliding_window_pattern", {1, 0});
  EXPECT_EQ(read(metadata).error().kind, ErrorKind::kCorruptFile);
  // llama.cpp has no windows for this family, unless a file brings its own pattern
  auto phi3 = metadata_of("phi3");
  phi3.set_u32("phi3.attention.sliding_window", 10);
  EXPECT_EQ(windows(*read(phi3)), (std::vector<int64_t>{0, 0, 0, 0}));
}

TEST(Hyperparameters, MayDifferFromLayerToLayer) {
  auto metadata = metadata_of("llama");
  metadata.set_i32s("llama.feed_forward_length", {96, 128, 64, 96});
  metadata.set_i32s("llama.attention.head_count_kv", {4, 2, 1, 2});
  const auto hp = read(metadata);
  ASSERT_TRUE(hp) << hp.error().message;
  EXPECT_EQ(hp->ffn_size, 128);
  EXPECT_EQ(hp->layers[2].ffn_size, 64);
  EXPECT_EQ(hp->n_kv_heads, 4);
  EXPECT_EQ(hp->layers[1].n_kv_heads, 2);
  metadata.set_i32s("llama.attention.head_count_kv", {4, 3, 1, 2});
  EXPECT_EQ(read(metadata).error().kind, ErrorKind::kCorruptFile);
}

TEST(Hyperparameters, ScaleRopeAsLlamaCppDoes) {
  auto metadata = metadata_of("qwen2");
  metadata.set_f32("qwen2.rope.scaling.factor", 4);
  EXPECT_EQ(read(metadata)->rope_scaling.kind, RopeScaling::Kind::kLinear);  // where the type is not said
  metadata.set_string("qwen2.rope.scaling.type", "yarn");
  EXPECT_FLOAT_EQ(read(metadata)->rope_scaling.magnitude, static_cast<float>(1 + 0.1 * std::log(4.0)));
  metadata.set_string("qwen2.rope.scaling.type", "none");
  EXPECT_EQ(read(metadata)->rope_scaling.kind, RopeScaling::Kind::kNone);
  metadata.set_string("qwen2.rope.scaling.type", "ntk");
  EXPECT_NE(read(metadata).error().message.find("ntk"), std::string::npos);
}

TEST(Hyperparameters, MixInOnlyWhatIsKept) {
  auto metadata = metadata_of("solar");
  metadata.set_i32s("solar.attention.block_skip_connection.0", {0, 1, 0, 0});
  metadata.set_i32s("solar.attention.block_skip_connection.2", {0, 0, 1, 0});
  ASSERT_TRUE(read(metadata)) << read(metadata).error().message;
  metadata.set_i32s("solar.attention.block_skip_connection.2", {1, 0, 1, 0});
  EXPECT_EQ(read(metadata).error().kind, ErrorKind::kCorruptFile);
  metadata.set_i32s("solar.attention.block_skip_connection.2", {0, 0, 1});
  EXPECT_EQ(read(metadata).error().kind, ErrorKind::kCorruptFile);
}

}  // namespace
}  // namespace ondol
