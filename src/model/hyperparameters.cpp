// <arch>.* metadata -> Hyperparameters, with llama.cpp's answers where a file says nothing.
// Source: llama.cpp, src/llama-model.cpp (load_hparams) and src/llama-context.cpp (rope scaling).
#include <algorithm>
#include <cmath>

#include "model/model.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

constexpr int64_t kMaxHeads = 1 << 14, kMaxFfn = 1 << 24, kMaxContext = 1 << 28;

// Reads `<arch>.<key>` values with their ranges; the first failure is kept.
class KeyReader {
 public:
  KeyReader(std::string_view file, const Metadata& metadata, const std::string& arch)
      : file_(file), metadata_(metadata), arch_(arch) {}

  int64_t required(std::string_view key, int64_t low, int64_t high) {
    const auto value = metadata_.get_int(name(key));
    if (!value) keep(fail(ErrorKind::kCorruptFile, msg::kMissingKey, file_, name(key)));
    return in_range(key, value.value_or(low), low, high);
  }
  int64_t optional(std::string_view key, int64_t otherwise, int64_t low, int64_t high) {
    return in_range(key, metadata_.get_int(name(key)).value_or(otherwise), low, high);
  }
  // A number for every layer, or one for all.
  std::vector<int64_t> per_layer(std::string_view key, std::optional<int64_t> otherwise, int64_t low, int64_t high,
                                 int64_t n_layers) {
    const auto n = static_cast<size_t>(n_layers);
    const auto array = metadata_.get_ints(name(key));
    if (!array) {
      return std::vector<int64_t>(n, otherwise ? optional(key, *otherwise, low, high) : required(key, low, high));
    }
    if (array->size() < n) {
      keep(fail(ErrorKind::kCorruptFile, msg::kWrongArrayLength, file_, name(key), array->size(), n));
      return std::vector<int64_t>(n, low);
    }
    std::vector<int64_t> values(array->begin(), array->begin() + n_layers);
    for (int64_t& value : values) value = in_range(key, value, low, high);
    return values;
  }
  float optional_float(std::string_view key, double otherwise, double low, double high) {
    const double value = metadata_.get_float(name(key)).value_or(otherwise);
    if (!(value >= low && value <= high)) {
      keep(fail(ErrorKind::kCorruptFile, msg::kKeyOutOfRange, file_, name(key), value, low, high));
    }
    return static_cast<float>(value);
  }
  // A factor; 0 and no key say `otherwise`.
  float factor(std::string_view key, double otherwise) {
    const float value = optional_float(key, 0, -1e6, 1e6);
    return value == 0 ? static_cast<float>(otherwise) : value;
  }
  bool is_array(std::string_view key) const { return metadata_.get_ints(name(key)).has_value(); }
  bool has(std::string_view key) const { return metadata_.find(name(key)) != nullptr; }
  bool get_bool(std::string_view key, bool otherwise) const {
    return metadata_.get_bool(name(key)).value_or(otherwise);
  }
  std::string text(std::string_view key, std::string_view otherwise) const {
    return std::string(metadata_.get_string(name(key)).value_or(otherwise));
  }
  std::string name(std::string_view key) const { return fmt::format("{}.{}", arch_, key); }
  const std::optional<Error>& error() const { return error_; }
  void refuse_skip(int64_t layer) { keep(fail(ErrorKind::kCorruptFile, msg::kNothingKept, file_, layer)); }

 private:
  int64_t in_range(std::string_view key, int64_t value, int64_t low, int64_t high) {
    if (value >= low && value <= high) return value;
    keep(fail(ErrorKind::kCorruptFile, msg::kKeyOutOfRange, file_, name(key), value, low, high));
    return low;
  }
  void keep(tl::unexpected<Error> error) {
    if (!error_) error_ = std::move(error.value());
  }

  std::string_view file_;
  const Metadata& metadata_;
  const std::string& arch_;
  std::optional<Error> error_;
};

void read_sizes(KeyReader& keys, Hyperparameters& hp) {
  hp.hidden_size = keys.required("embedding_length", 1, 1 << 20);
  hp.n_layers = static_cast<int>(keys.required("block_count", 1, 4096));
  hp.context_length = keys.required("context_length", 1, kMaxContext);
  const auto heads = keys.per_layer("attention.head_count", {}, 1, kMaxHeads, hp.n_layers);
  const auto ffn = keys.per_layer("feed_forward_length", {}, 1, kMaxFfn, hp.n_layers);
  std::vector<int64_t> kv_heads = heads;
  if (keys.has("attention.head_count_kv")) {
    kv_heads = keys.per_layer("attention.head_count_kv", {}, 1, kMaxHeads, hp.n_layers);
  }
  hp.layers.resize(static_cast<size_t>(hp.n_layers));
  for (size_t i = 0; i < hp.layers.size(); ++i) {
    hp.layers[i].n_heads = static_cast<int>(heads[i]);
    hp.layers[i].n_kv_heads = static_cast<int>(kv_heads[i]);
    hp.layers[i].ffn_size = ffn[i];
    hp.n_heads = std::max(hp.n_heads, hp.layers[i].n_heads);
    hp.n_kv_heads = std::max(hp.n_kv_heads, hp.layers[i].n_kv_heads);
    hp.ffn_size = std::max(hp.ffn_size, ffn[i]);
  }
  const int64_t head_dim = std::max<int64_t>(1, hp.hidden_size / hp.n_heads);
  hp.head_dim = static_cast<int>(keys.optional("attention.key_length", head_dim, 1, 1 << 14));
  hp.rope_dims = static_cast<int>(keys.optional("rope.dimension_count", hp.head_dim, 0, hp.head_dim));
  hp.rope_dims -= hp.rope_dims % 2;
}

// Which layers have experts: all after the first few dense ones.
void read_experts(KeyReader& keys, Hyperparameters& hp) {
  constexpr int kMaxExperts = 1 << 12;
  hp.n_experts = static_cast<int>(keys.optional("expert_count", 0, 0, kMaxExperts));
  if (hp.n_experts == 0) return;
  hp.n_experts_used = static_cast<int>(keys.required("expert_used_count", 1, hp.n_experts));
  hp.expert_ffn_size = keys.optional("expert_feed_forward_length", hp.ffn_size, 1, kMaxFfn);
  hp.expert_shares_sum_to_one = keys.get_bool("expert_weights_norm", true);
  hp.expert_share_scale = keys.factor("expert_weights_scale", 1);
  const int64_t n_dense = keys.optional("leading_dense_block_count", 0, 0, hp.n_layers);
  if (n_dense == 0) hp.ffn_size = 0;
  for (auto layer = hp.layers.begin() + n_dense; layer != hp.layers.end(); ++layer) {
    layer->ffn_size = 0;
    layer->expert_ffn_size = hp.expert_ffn_size;
  }
}

void read_norm(KeyReader& keys, Norm norm, Hyperparameters& hp) {
  constexpr std::string_view kRmsKey = "attention.layer_norm_rms_epsilon", kLayerKey = "attention.layer_norm_epsilon";
  if (norm == Norm::kByEpsilonKey) norm = keys.has(kLayerKey) && !keys.has(kRmsKey) ? Norm::kLayer : Norm::kRms;
  hp.norm = norm;
  hp.norm_eps = keys.optional_float(norm == Norm::kRms ? kRmsKey : kLayerKey, 1e-5, 0, 1);
}

// Which layers see only a window.
void read_windows(KeyReader& keys, const Windows& windows, Hyperparameters& hp) {
  constexpr std::string_view kPattern = "attention.sliding_window_pattern";
  const int64_t length = keys.optional("attention.sliding_window", windows.length, 0, kMaxContext);
  hp.window_rope_theta =
      keys.optional_float("rope.freq_base_swa", windows.rope_theta > 0 ? windows.rope_theta : hp.rope_theta, 1, 1e12);
  if (length == 0) return;
  if (keys.is_array(kPattern)) {
    const auto pattern = keys.per_layer(kPattern, {}, 0, 1, hp.n_layers);
    for (size_t i = 0; i < hp.layers.size(); ++i) hp.layers[i].window = pattern[i] != 0 ? length : 0;
    return;
  }
  const int64_t period = keys.optional(kPattern, windows.period, 0, 1 << 16);
  set_windows(hp, keys.has(kPattern) && period == 0 ? hp.n_layers + 1 : period, length);
}

void read_rope(KeyReader& keys, Hyperparameters& hp) {
  hp.rope_theta = keys.optional_float("rope.freq_base", 10000, 1, 1e12);
  RopeScaling& scaling = hp.rope_scaling;
  const std::string type = keys.text("rope.scaling.type", "linear");
  const double old_factor = keys.optional_float("rope.scale_linear", 1, 0, 1e6);
  scaling.factor = keys.factor("rope.scaling.factor", old_factor > 0 ? old_factor : 1);
  scaling.original_context = keys.optional("rope.scaling.original_context_length", hp.context_length, 1, kMaxContext);
  scaling.magnitude = keys.factor("rope.scaling.attn_factor", 1);
  if (type == "linear") {
    scaling.kind = RopeScaling::Kind::kLinear;
  } else if (type == "yarn") {
    scaling.kind = RopeScaling::Kind::kYarn;
    scaling.beta_fast = keys.optional_float("rope.scaling.yarn_beta_fast", 32, 1e-3, 1e6);
    scaling.beta_slow = keys.optional_float("rope.scaling.yarn_beta_slow", 1, 1e-3, 1e6);
    const float share = keys.optional_float("rope.scaling.yarn_ext_factor", 1, -1, 1);
    scaling.yarn_share = share < 0 ? 1 : share;
    scaling.yarn_whole_dims = keys.get_bool("rope.scaling.yarn_whole_dims", true);
    // Source: YaRN, section 3.4: 0.1 ln(factor) + 1, on cosines and sines.
    if (scaling.factor > 1) scaling.magnitude *= 1 + 0.1f * std::log(scaling.factor);
  }
}

void read_scales(KeyReader& keys, const Architecture& arch, Hyperparameters& hp) {
  hp.is_causal = arch.is_causal && keys.get_bool("attention.causal", true);
  hp.attention_scale = keys.factor("attention.scale", 0);
  hp.attention_soft_cap = keys.optional_float("attn_logit_softcapping", arch.attention_soft_cap, 0, 1e6);
  hp.final_soft_cap = keys.optional_float("final_logit_softcapping", arch.final_soft_cap, 0, 1e6);
  const double sqrt_hidden = std::sqrt(static_cast<double>(hp.hidden_size));
  hp.embedding_scale = keys.factor("embedding_scale", arch.scales_embedding_by_sqrt_hidden ? sqrt_hidden : 1);
  hp.residual_scale = keys.factor("residual_scale", 1);
  hp.logit_scale = keys.factor("logit_scale", 1);
  if (arch.divides_by_logit_scale) hp.logit_scale = 1 / hp.logit_scale;
}

// Solar's lists, one flag a layer.  Source: Ollama's port of SolarForCausalLM.
void read_block_skips(KeyReader& keys, Hyperparameters& hp) {
  for (int list = 0; list < 4; ++list) {
    const std::string key = fmt::format("attention.block_skip_connection.{}", list);
    if (!keys.has(key)) continue;
    const auto flags = keys.per_layer(key, {}, 0, 1, hp.n_layers);
    for (size_t i = 0; i < hp.layers.size(); ++i) {
      bool* wanted = list < 2 ? hp.layers[i].keeps : hp.layers[i].mixes;
      wanted[list % 2] = flags[i] != 0;
    }
  }
  for (int which : {0, 1}) {
    const auto keeps = [which](const LayerSizes& layer) { return layer.keeps[which]; };
    const auto mixes = [which](const LayerSizes& layer) { return layer.mixes[which]; };
    const auto first = std::find_if(hp.layers.begin(), hp.layers.end(), mixes);
    if (first == hp.layers.end() || std::any_of(hp.layers.begin(), first + 1, keeps)) continue;
    keys.refuse_skip(first - hp.layers.begin());
  }
}

}  // namespace

void set_windows(Hyperparameters& hp, int64_t period, int64_t length) {
  for (int64_t i = 0; period > 0 && i < hp.n_layers; ++i) {
    hp.layers[static_cast<size_t>(i)].window = i % period < period - 1 ? length : 0;
  }
}

Result<Hyperparameters> read_hyperparameters(std::string_view file, const Metadata& metadata,
                                             const Architecture& arch) {
  const std::string prefix(metadata.get_string("general.architecture").value_or(arch.name()));
  KeyReader keys(file, metadata, prefix);
  Hyperparameters hp;
  read_sizes(keys, hp);
  if (keys.error()) return tl::make_unexpected(*keys.error());
  read_experts(keys, hp);
  read_norm(keys, arch.norm, hp);
  read_rope(keys, hp);
  read_windows(keys, arch.windows, hp);
  read_scales(keys, arch, hp);
  read_block_skips(keys, hp);
  const int64_t value_length = keys.optional("attention.value_length", hp.head_dim, 1, 1 << 14);
  if (keys.error()) return tl::make_unexpected(*keys.error());

  const std::string scaling = keys.text("rope.scaling.type", "none");
  if (scaling != "none" && scaling != "linear" && scaling != "yarn" && scaling != "longrope") {
    return fail(ErrorKind::kUnsupported, msg::kUnknownRopeScaling, file, scaling);
  }
  const auto has_window = [](const LayerSizes& layer) { return layer.window > 0; };
  if (!hp.is_causal && std::any_of(hp.layers.begin(), hp.layers.end(), has_window)) {
    return fail(ErrorKind::kUnsupported, msg::kEncoderWindow, file);
  }
  for (const LayerSizes& layer : hp.layers) {
    if (layer.n_heads % layer.n_kv_heads == 0) continue;
    return fail(ErrorKind::kCorruptFile, msg::kHeadsDoNotDivide, file, layer.n_heads, layer.n_kv_heads);
  }
  if (value_length != hp.head_dim) {
    return fail(ErrorKind::kUnsupported, msg::kHeadSizesDiffer, file, hp.head_dim, value_length);
  }
  constexpr int kHeadMultiple = 8;  // one AVX2 register of keys (kernel/kernels.h)
  if (hp.head_dim % kHeadMultiple != 0) {
    return fail(ErrorKind::kUnsupported, msg::kHeadSizeNotMultiple, file, hp.head_dim, kHeadMultiple);
  }
  if (arch.settle != nullptr) arch.settle(hp);
  if (hp.attention_scale == 0) hp.attention_scale = 1 / std::sqrt(static_cast<float>(hp.head_dim));
  return hp;
}

}  // namespace ondol
