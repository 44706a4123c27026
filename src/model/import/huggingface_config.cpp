#include "model/import/huggingface_config.h"

#include <algorithm>
#include <cmath>

#include "model/import/config_rope.h"
#include "model/import/config_settings.h"
#include "model/import/config_windows.h"
#include "model/import/import_messages.h"

namespace ondol {
namespace {

constexpr int64_t kMaxInt = INT32_MAX;
constexpr int64_t kMaxHeadDim = 1 << 14;  // as read_hyperparameters()

std::string known_families() {
  std::string names;
  for (const Architecture& arch : all_architectures()) {
    for (const HuggingFaceForm& form : arch.huggingface) {
      for (const std::string_view name : form.names) names += (names.empty() ? "" : ", ") + std::string(name);
    }
  }
  return names;
}

Result<HuggingFaceFamily> find_family(const JsonObject& config) {
  const nlohmann::json* names = config.find("architectures");
  if (names == nullptr) return fail(ErrorKind::kCorruptFile, msg::kConfigMissing, config.name(), "architectures");
  if (!names->is_array() || names->size() != 1 || !names->front().is_string()) {
    return fail(ErrorKind::kCorruptFile, msg::kConfigBadValue, config.name(), "architectures",
                config.shown("architectures"), msg::kAListOfOneName.text());
  }
  const auto& name = names->front().get_ref<const std::string&>();
  const HuggingFaceFamily family = find_huggingface_family(name);
  if (family.arch == nullptr) {
    return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, config.name(), "architectures", name,
                known_families());
  }
  return family;
}

// Settings that change the computation in ways forward() does not follow.
Status refuse_unknown_settings(JsonObject& config, const HuggingFaceForm& form) {
  const auto refuse = [&](std::string_view key, std::string_view known) {
    return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, config.name(), key, config.shown(key), known);
  };
  for (const std::string_view key : {"hidden_activation", "hidden_act", "activation_function"}) {
    const std::string name = config.get_text(key, "");
    if (name.empty()) continue;
    if (std::find(form.activations.begin(), form.activations.end(), name) != form.activations.end()) break;
    std::string known;
    for (const std::string_view activation : form.activations) {
      known += (known.empty() ? "\"" : ", \"") + std::string(activation) + "\"";
    }
    return refuse(key, known);
  }
  for (const ConfigExpected& expected : form.expected) {
    if (!config.has(expected.config)) continue;
    if (*config.find(expected.config) != nlohmann::json::parse(expected.json)) {
      return refuse(expected.config, expected.json);
    }
  }
  if (config.has("quantization_config")) {
    const std::string method = config.get_object("quantization_config").get_text("quant_method", "");
    if (std::find(form.quantizations.begin(), form.quantizations.end(), method) == form.quantizations.end()) {
      return refuse("quantization_config", "null");
    }
  }
  return config.status();
}

// Sizes every decoder has.
struct Sizes {
  int64_t hidden_size, n_layers, n_heads, n_kv_heads, head_dim, ffn_size, vocab_size, context_length;
  bool says_head_dim;
};

Result<Sizes> read_sizes(ConfigSettings& settings) {
  const auto required = [&](std::string_view names) { return settings.get_int(names, {}, 1, kMaxInt); };
  Sizes sizes{};
  sizes.hidden_size = required("hidden_size|n_embd");
  sizes.n_layers = required("num_hidden_layers|n_layer|num_layers");
  sizes.n_heads = required("num_attention_heads|n_head");
  sizes.n_kv_heads = settings.get_int("num_key_value_heads", sizes.n_heads, 1, kMaxInt);
  sizes.vocab_size = required("vocab_size");
  sizes.context_length = required("max_position_embeddings|n_positions");
  // GPT-2 and GPT-J leave out what is four times the hidden size.
  const bool is_gpt = settings.has("n_embd");
  sizes.ffn_size =
      settings.get_int("intermediate_size|n_inner",
                       is_gpt ? std::optional(std::min(kMaxInt, 4 * sizes.hidden_size)) : std::nullopt, 1, kMaxInt);
  TRY(settings.config().status());
  sizes.says_head_dim = settings.is_known("head_dim");
  sizes.head_dim =
      settings.get_int("head_dim", std::max<int64_t>(1, sizes.hidden_size / sizes.n_heads), 1, kMaxHeadDim);
  TRY(settings.config().status());
  if (!sizes.says_head_dim && sizes.hidden_size % sizes.n_heads != 0) {
    return fail(ErrorKind::kCorruptFile, msg::kHeadsDoNotFitHidden, settings.config().name(), sizes.hidden_size,
                sizes.n_heads);
  }
  return sizes;
}

void write_sizes(const Sizes& sizes, HuggingFaceConfig& out) {
  const auto set = [&](std::string_view key, int64_t value) {
    out.metadata.set_u32(out.key(key), static_cast<uint32_t>(value));
  };
  set("block_count", sizes.n_layers);
  set("context_length", sizes.context_length);
  set("embedding_length", sizes.hidden_size);
  set("feed_forward_length", sizes.ffn_size);
  set("attention.head_count", sizes.n_heads);
  set("attention.head_count_kv", sizes.n_kv_heads);
  if (sizes.says_head_dim) {
    set("attention.key_length", sizes.head_dim);
    set("attention.value_length", sizes.head_dim);
  }
  set("vocab_size", sizes.vocab_size);
}

void read_experts(ConfigSettings& settings, int64_t ffn_size, HuggingFaceConfig& out) {
  constexpr std::string_view kNumber = "num_local_experts|num_experts";
  if (!settings.is_known(kNumber)) return;
  const auto set = [&](std::string_view key, int64_t value) {
    out.metadata.set_u32(out.key(key), static_cast<uint32_t>(value));
  };
  set("expert_count", settings.get_int(kNumber, {}, 1, kMaxInt));
  set("expert_used_count", settings.get_int("num_experts_per_tok", {}, 1, kMaxInt));
  set("expert_feed_forward_length", settings.get_int("moe_intermediate_size", ffn_size, 1, kMaxInt));
  if (settings.is_known("norm_topk_prob")) {
    out.metadata.set_bool(out.key("expert_weights_norm"), settings.get_bool("norm_topk_prob", true));
  }
}

void read_numbers(ConfigSettings& settings, HuggingFaceConfig& out) {
  const double eps =
      settings.get_number("rms_norm_eps|layer_norm_epsilon|layer_norm_eps|norm_epsilon|norm_eps", 1e-5, 0, 1);
  const bool is_layer_norm = out.arch->norm == Norm::kLayer;
  out.metadata.set_f32(out.key(is_layer_norm ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"),
                       static_cast<float>(eps));
  for (const ConfigNumber& number : out.form->numbers) {
    const bool is_zero = number.null_is_zero && settings.config().says_null(number.config);
    if (!is_zero && !settings.is_known(number.config)) continue;
    const double value = is_zero ? 0 : settings.get_number(number.config, {}, number.low, number.high);
    out.metadata.set_f32(out.key(number.gguf),
                         static_cast<float>(number.power == 1 ? value : std::pow(value, number.power)));
  }
}

// Which optional tensors the settings say are there.
void read_flags(ConfigSettings& settings, HuggingFaceConfig& out) {
  for (const TensorName& tensor : out.arch->tensors) {
    if (tensor.when.empty()) continue;
    const bool negated = tensor.when.starts_with('!');
    const bool value = settings.get_bool(tensor.when.substr(negated ? 1 : 0), false);
    (value != negated ? out.present : out.absent).push_back(tensor.when);
  }
}

}  // namespace

Result<HuggingFaceConfig> read_huggingface_config(JsonObject config) {
  HuggingFaceConfig out;
  TRY(const HuggingFaceFamily family, find_family(config));
  out.arch = family.arch;
  out.form = family.form;
  TRY(refuse_unknown_settings(config, *out.form));
  if (!out.form->text_config.empty() && config.has(out.form->text_config)) {
    JsonObject text = config.get_object(out.form->text_config);
    TRY(config.status());
    config = std::move(text);
    TRY(refuse_unknown_settings(config, *out.form));
  }

  ConfigSettings settings(config, *out.form);
  TRY(const Sizes sizes, read_sizes(settings));
  out.metadata.set_string("general.architecture", out.arch->name());
  write_sizes(sizes, out);
  read_experts(settings, sizes.ffn_size, out);
  read_numbers(settings, out);
  out.tied = settings.get_bool("tie_word_embeddings", false);
  if (rope_of(*out.arch) != Rope::kNone) TRY(read_config_rope(settings, sizes.head_dim, sizes.context_length, out));
  read_config_windows(settings, sizes.n_layers, out);
  read_flags(settings, out);
  if (out.form->read_more != nullptr) out.form->read_more(config, out);
  TRY(config.status());
  TRY(out.hp, read_hyperparameters(config.name(), out.metadata, *out.arch));
  out.hp.vocab_size = sizes.vocab_size;
  return out;
}

}  // namespace ondol
