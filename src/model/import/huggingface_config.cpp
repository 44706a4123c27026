#include "model/import/huggingface_config.h"

#include "model/import/import_messages.h"
#include "model/rope_factors.h"

namespace ondol {
namespace {

constexpr int64_t kMaxInt = INT32_MAX;
constexpr int64_t kMaxHeadDim = 1 << 14;  // as read_hyperparameters()

std::string known_families() {
  std::string names;
  for (const Architecture& arch : all_architectures()) names += (names.empty() ? "" : ", ") + arch.hf_name;
  return names;
}

Result<const Architecture*> find_family(const JsonObject& config) {
  const nlohmann::json* names = config.find("architectures");
  if (names == nullptr) return fail(ErrorKind::kCorruptFile, msg::kConfigMissing, config.name(), "architectures");
  if (!names->is_array() || names->size() != 1 || !names->front().is_string()) {
    return fail(ErrorKind::kCorruptFile, msg::kConfigBadValue, config.name(), "architectures",
                config.shown("architectures"), msg::kAListOfOneName.text());
  }
  const auto& name = names->front().get_ref<const std::string&>();
  const Architecture* arch = find_architecture_by_hf_name(name);
  if (arch == nullptr) {
    return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, config.name(), "architectures", name,
                known_families());
  }
  return arch;
}

// Settings that change the computation in ways forward() does not follow.
Status refuse_unknown_settings(JsonObject& config) {
  const auto refuse = [&](std::string_view key, std::string_view known) {
    return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, config.name(), key, config.shown(key), known);
  };
  if (config.get_text("hidden_act", "silu") != "silu") return refuse("hidden_act", "\"silu\"");
  if (config.get_bool("attention_bias", false)) return refuse("attention_bias", "false");
  if (config.get_bool("mlp_bias", false)) return refuse("mlp_bias", "false");
  if (config.get_number("partial_rotary_factor", 1, 0, 1) != 1) return refuse("partial_rotary_factor", "1");
  if (config.has("quantization_config")) return refuse("quantization_config", "null");
  return config.status();
}

// Rotation: theta, and what scales it.
Status read_rope(JsonObject& config, HuggingFaceConfig& out, int64_t head_dim, int64_t context_length) {
  const std::string& arch = out.arch->gguf_name;
  JsonObject rope = config.get_object(config.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
  const double theta = rope.get_number("rope_theta", config.get_number("rope_theta", 10000, 1, 1e12), 1, 1e12);
  const std::string type = rope.get_text("rope_type", rope.get_text("type", "default"));
  out.metadata.set_f32(arch + ".rope.freq_base", static_cast<float>(theta));
  if (type == "linear") {
    out.metadata.set_string(arch + ".rope.scaling.type", "linear");
    out.metadata.set_f32(arch + ".rope.scaling.factor", static_cast<float>(rope.get_number("factor", {}, 1, 1e6)));
  } else if (type == "llama3") {
    Llama3RopeScaling scaling;
    scaling.factor = rope.get_number("factor", {}, 1, 1e6);
    scaling.low_freq_factor = rope.get_number("low_freq_factor", {}, 1e-3, 1e6);
    // Equal factors would leave no passage between short and long waves to divide by.
    scaling.high_freq_factor = rope.get_number("high_freq_factor", {}, scaling.low_freq_factor * 1.001, 2e6);
    scaling.original_context =
        static_cast<double>(rope.get_int("original_max_position_embeddings", context_length, 1, kMaxInt));
    out.rope_factors = llama3_rope_factors(head_dim, theta, scaling);
  } else if (type != "default") {
    return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, config.name(), "rope_type", type,
                "default, linear, llama3");
  }
  TRY(rope.status());
  return config.status();
}

}  // namespace

Result<HuggingFaceConfig> read_huggingface_config(JsonObject config) {
  HuggingFaceConfig out;
  TRY(out.arch, find_family(config));
  TRY(refuse_unknown_settings(config));
  const auto required = [&](std::string_view key) { return config.get_int(key, {}, 1, kMaxInt); };
  const int64_t hidden_size = required("hidden_size");
  const int64_t n_layers = required("num_hidden_layers");
  const int64_t n_heads = required("num_attention_heads");
  const int64_t ffn_size = required("intermediate_size");
  const int64_t vocab_size = required("vocab_size");
  // The fallbacks are those of transformers' LlamaConfig.
  const int64_t context_length = config.get_int("max_position_embeddings", 2048, 1, kMaxInt);
  const int64_t n_kv_heads = config.get_int("num_key_value_heads", n_heads, 1, kMaxInt);
  const double norm_eps = config.get_number("rms_norm_eps", 1e-6, 0, 1);
  const int64_t head_dim = config.get_int("head_dim", hidden_size / n_heads, 1, kMaxHeadDim);
  out.tied = config.get_bool("tie_word_embeddings", false);
  TRY(config.status());
  if (!config.has("head_dim") && hidden_size % n_heads != 0) {
    return fail(ErrorKind::kCorruptFile, msg::kHeadsDoNotFitHidden, config.name(), hidden_size, n_heads);
  }

  Metadata& metadata = out.metadata;
  const std::string& arch = out.arch->gguf_name;
  const auto set = [&](std::string_view key, int64_t value) {
    metadata.set_u32(fmt::format("{}.{}", arch, key), static_cast<uint32_t>(value));
  };
  metadata.set_string("general.architecture", arch);
  set("block_count", n_layers);
  set("context_length", context_length);
  set("embedding_length", hidden_size);
  set("feed_forward_length", ffn_size);
  set("attention.head_count", n_heads);
  set("attention.head_count_kv", n_kv_heads);
  metadata.set_f32(arch + ".attention.layer_norm_rms_epsilon", static_cast<float>(norm_eps));
  if (config.has("head_dim")) {
    set("attention.key_length", head_dim);
    set("attention.value_length", head_dim);
  }
  set("vocab_size", vocab_size);
  set("rope.dimension_count", head_dim);
  TRY(read_rope(config, out, head_dim, context_length));
  TRY(out.hp, read_hyperparameters(config.name(), metadata, *out.arch));
  out.hp.vocab_size = vocab_size;
  return out;
}

}  // namespace ondol
