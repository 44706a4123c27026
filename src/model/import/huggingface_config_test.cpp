#include "model/import/huggingface_config.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

// A small valid configuration with `changes` merged in; a null takes a key away.
std::string config_text(const std::string& changes = "{}") {
  auto config = nlohmann::json::parse(R"({
    "architectures": ["LlamaForCausalLM"], "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 300, "max_position_embeddings": 512,
    "rms_norm_eps": 1e-5, "rope_theta": 20000, "hidden_act": "silu", "tie_word_embeddings": true})");
  config.merge_patch(nlohmann::json::parse(changes));
  return config.dump();
}

Result<HuggingFaceConfig> read(const std::string& text) {
  TRY(JsonObject json, JsonObject::parse("config.json", text));
  return read_huggingface_config(std::move(json));
}

TEST(HuggingFaceConfig, BecomesMetadata) {
  const auto config = read(config_text());
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->arch->name(), "llama");
  EXPECT_TRUE(config->tied);
  EXPECT_EQ(config->metadata.get_int("llama.embedding_length"), 64);
  EXPECT_EQ(config->metadata.get_int("llama.attention.head_count_kv"), 2);
  EXPECT_EQ(config->metadata.get_int("llama.rope.dimension_count"), 16);
  EXPECT_EQ(config->metadata.get_int("llama.context_length"), 512);
  EXPECT_EQ(config->metadata.get_int("llama.vocab_size"), 300);
  EXPECT_EQ(config->metadata.find("llama.attention.key_length"), nullptr);
  EXPECT_EQ(config->hp.rope_theta, 20000);
  EXPECT_TRUE(config->tensors.empty());
}

TEST(HuggingFaceConfig, FallsBackToThePublishedDefaults) {
  const auto config = read(config_text(R"({"num_key_value_heads": null, "rms_norm_eps": null, "rope_theta": null,
                                           "max_position_embeddings": null, "tie_word_embeddings": null})"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->hp.n_kv_heads, 4);
  EXPECT_EQ(config->hp.norm_eps, 1e-6f);
  EXPECT_EQ(config->hp.rope_theta, 10000);
  EXPECT_EQ(config->hp.context_length, 2048);
  EXPECT_FALSE(config->tied);
}

TEST(HuggingFaceConfig, ReadsBothFormsOfTheRope) {
  const char* forms[] = {
      R"({"rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1,
          "high_freq_factor": 4, "original_max_position_embeddings": 64}})",
      R"({"rope_theta": null, "rope_parameters": {"rope_theta": 500000, "rope_type": "llama3", "factor": 8.0,
          "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}})"};
  for (const char* form : forms) {
    const auto config = read(config_text(form));
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->hp.rope_theta, 500000);
    ASSERT_EQ(config->tensors.size(), 1u);
    EXPECT_EQ(config->tensors[0].name, "rope_freqs.weight");
    ASSERT_EQ(config->tensors[0].values.size(), 8u);
    EXPECT_EQ(config->tensors[0].values.back(), 8);
    EXPECT_EQ(config->metadata.find("llama.rope.scaling.type"), nullptr);
  }
  const auto both = read(config_text(R"({"rope_parameters": {"rope_theta": 500000, "rope_type": "default"},
                                         "rope_scaling": {"type": "linear", "factor": 2}})"));
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->hp.rope_scaling.factor, 2);
  const auto linear = read(config_text(R"({"rope_scaling": {"type": "linear", "factor": 4}})"));
  ASSERT_TRUE(linear) << linear.error().message;
  EXPECT_EQ(linear->hp.rope_scaling.factor, 4);
  EXPECT_EQ(linear->metadata.get_string("llama.rope.scaling.type"), "linear");
}

TEST(HuggingFaceConfig, KeepsAnExplicitHeadSize) {
  const auto config = read(config_text(R"({"head_dim": 32})"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->hp.head_dim, 32);
  EXPECT_EQ(config->metadata.get_int("llama.attention.key_length"), 32);
}

// Each of these must end in one line that names the setting.
TEST(HuggingFaceConfig, RefusesWhatItCannotFollow) {
  struct Case {
    const char* changes;
    ErrorKind kind;
    const char* named;
  };
  const Case cases[] = {
      {R"({"architectures": ["MambaForCausalLM"]})", ErrorKind::kUnsupported, "MambaForCausalLM"},
      {R"({"architectures": null})", ErrorKind::kCorruptFile, "architectures"},
      {R"({"architectures": "LlamaForCausalLM"})", ErrorKind::kCorruptFile, "architectures"},
      {R"({"architectures": []})", ErrorKind::kCorruptFile, "architectures"},
      {R"({"architectures": [7]})", ErrorKind::kCorruptFile, "architectures"},
      {R"({"hidden_size": null})", ErrorKind::kCorruptFile, "hidden_size"},
      {R"({"hidden_size": 0})", ErrorKind::kCorruptFile, "hidden_size"},
      {R"({"hidden_size": -64})", ErrorKind::kCorruptFile, "hidden_size"},
      {R"({"hidden_size": "64"})", ErrorKind::kCorruptFile, "hidden_size"},
      {R"({"hidden_size": 64.5})", ErrorKind::kCorruptFile, "hidden_size"},
      {R"({"hidden_size": 18446744073709551615})", ErrorKind::kCorruptFile, "hidden_size"},
      {R"({"hidden_size": 1e300})", ErrorKind::kCorruptFile, "hidden_size"},
      {R"({"num_hidden_layers": 2147483647})", ErrorKind::kCorruptFile, "block_count"},
      {R"({"num_attention_heads": 5})", ErrorKind::kCorruptFile, "num_attention_heads"},
      {R"({"num_attention_heads": 3, "head_dim": 16})", ErrorKind::kCorruptFile, "3"},
      {R"({"head_dim": 2147483647})", ErrorKind::kCorruptFile, "head_dim"},
      {R"({"head_dim": 10})", ErrorKind::kUnsupported, "10"},
      {R"({"rms_norm_eps": -1})", ErrorKind::kCorruptFile, "rms_norm_eps"},
      {R"({"rope_theta": 0})", ErrorKind::kCorruptFile, "rope_theta"},
      {R"({"rope_scaling": []})", ErrorKind::kCorruptFile, "rope_scaling"},
      {R"({"rope_scaling": {"rope_type": "dynamic", "factor": 4}})", ErrorKind::kUnsupported, "dynamic"},
      {R"({"rope_scaling": {"rope_type": "yarn", "factor": 0}})", ErrorKind::kCorruptFile, "factor"},
      {R"({"rope_scaling": {"rope_type": "longrope", "long_factor": [1, 2], "short_factor": [1, 2]}})",
       ErrorKind::kCorruptFile, "long_factor"},
      {R"({"rope_scaling": {"rope_type": 3}})", ErrorKind::kCorruptFile, "rope_type"},
      {R"({"rope_scaling": {"type": "linear"}})", ErrorKind::kCorruptFile, "factor"},
      {R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}})",
       ErrorKind::kCorruptFile, "high_freq_factor"},
      {R"({"hidden_act": "gelu"})", ErrorKind::kUnsupported, "hidden_act"},
      {R"({"attention_bias": 3})", ErrorKind::kCorruptFile, "attention_bias"},
      {R"({"architectures": ["MistralForCausalLM"], "sliding_window": 8, "layer_types": ["full_attention", "linear"]})",
       ErrorKind::kCorruptFile, "layer_types"},
      {R"({"architectures": ["MistralForCausalLM"], "sliding_window": 8, "sliding_window_pattern": "LX"})",
       ErrorKind::kCorruptFile, "sliding_window_pattern"},
      {R"({"architectures": ["SolarForCausalLM"], "bskcn_1": [0], "bskcn_2": [0], "bskcn_3": [2]})",
       ErrorKind::kCorruptFile, "bskcn_3"},
      {R"({"architectures": ["PhiForCausalLM"], "hidden_act": "gelu_new", "qk_layernorm": true})",
       ErrorKind::kUnsupported, "qk_layernorm"},
      {R"({"quantization_config": {"bits": 4}})", ErrorKind::kUnsupported, "quantization_config"},
      {R"({"tie_word_embeddings": "yes"})", ErrorKind::kCorruptFile, "tie_word_embeddings"},
  };
  for (const Case& bad : cases) {
    const auto config = read(config_text(bad.changes));
    ASSERT_FALSE(config) << bad.changes;
    EXPECT_EQ(config.error().kind, bad.kind) << config.error().message;
    EXPECT_NE(config.error().message.find(bad.named), std::string::npos) << config.error().message;
    EXPECT_EQ(config.error().message.find('\n'), std::string::npos);
  }
}

TEST(HuggingFaceConfig, SurvivesWhatIsNoConfiguration) {
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{"), std::string("{\"a\": 1e999}"),
                                  std::string("\xFF\xFE"), "{\"a\":" + std::string(1 << 20, '[')}) {
    EXPECT_FALSE(read(text));
  }
  const std::string deep = "{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}";
  EXPECT_EQ(read(deep).error().kind, ErrorKind::kCorruptFile);  // valid, but not a model's
  const std::string text = config_text();
  for (size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(read(text.substr(0, n)));
}

}  // namespace
}  // namespace ondol
