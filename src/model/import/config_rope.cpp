#include "model/import/config_rope.h"

#include <cmath>

#include "model/import/import_messages.h"
#include "model/rope_factors.h"

namespace ondol {
namespace {

constexpr int64_t kMaxContext = INT32_MAX;

class RopeReader {
 public:
  RopeReader(ConfigSettings& settings, JsonObject rope, HuggingFaceConfig& out)
      : settings_(settings), rope_(std::move(rope)), out_(out) {}

  Status read(int64_t head_dim, int64_t context_length);

 private:
  void set(std::string_view key, double value) { out_.metadata.set_f32(out_.key(key), static_cast<float>(value)); }
  void set(std::string_view key, int64_t value) { out_.metadata.set_u32(out_.key(key), static_cast<uint32_t>(value)); }
  void set_type(std::string type) { out_.metadata.set_string(out_.key("rope.scaling.type"), std::move(type)); }

  int64_t original_context(int64_t context_length) {
    const int64_t inside = rope_.get_int("original_max_position_embeddings", context_length, 1, kMaxContext);
    return settings_.config().get_int("original_max_position_embeddings", inside, 1, kMaxContext);
  }
  void read_linear();
  void read_llama3(int64_t dims, double theta, int64_t context_length);
  void read_yarn(int64_t context_length);
  void read_longrope(int64_t dims, int64_t context_length);
  void read_factors(std::string_view key, int64_t n, std::string tensor);

  ConfigSettings& settings_;
  JsonObject rope_;
  HuggingFaceConfig& out_;
};

Status RopeReader::read(int64_t head_dim, int64_t context_length) {
  // transformers 5 keeps theta inside; before, it stood outside.
  double theta = settings_.get_number("rope_theta", 10000, 1, 1e12);
  if (settings_.has("rope_parameters") || !settings_.has("rope_theta")) {
    theta = rope_.get_number("rope_theta", theta, 1, 1e12);
  }
  const double partial =
      rope_.get_number("partial_rotary_factor", settings_.get_number("partial_rotary_factor", 1, 0, 1), 0, 1);
  const auto by_factor = static_cast<int64_t>(static_cast<double>(head_dim) * partial);
  const int64_t dims = settings_.get_int("rotary_dim", by_factor, 0, head_dim);
  set("rope.dimension_count", dims);
  set("rope.freq_base", theta);

  const std::string type = rope_.get_text("rope_type", rope_.get_text("type", "default"));
  if (type == "linear") read_linear();
  else if (type == "llama3") read_llama3(dims, theta, context_length);
  else if (type == "longrope" || type == "su" || rope_.has("long_factor")) read_longrope(dims, context_length);
  else if (type == "yarn") read_yarn(context_length);
  else if (type != "default") {
    return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, rope_.name(), "rope_type", type,
                "default, linear, llama3, yarn, longrope");
  }
  return rope_.status();
}

void RopeReader::read_linear() {
  set_type("linear");
  set("rope.scaling.factor", rope_.get_number("factor", {}, 1, 1e6));
}

void RopeReader::read_llama3(int64_t dims, double theta, int64_t context_length) {
  Llama3RopeScaling scaling;
  scaling.factor = rope_.get_number("factor", {}, 1, 1e6);
  scaling.low_freq_factor = rope_.get_number("low_freq_factor", {}, 1e-3, 1e6);
  // Equal factors would leave no passage between short and long waves to divide by.
  scaling.high_freq_factor = rope_.get_number("high_freq_factor", {}, scaling.low_freq_factor * 1.001, 2e6);
  scaling.original_context = static_cast<double>(original_context(context_length));
  out_.tensors.push_back({"rope_freqs.weight", llama3_rope_factors(dims, theta, scaling)});
}

void RopeReader::read_yarn(int64_t context_length) {
  const int64_t original = original_context(context_length);
  const double ratio = static_cast<double>(context_length) / static_cast<double>(original);
  const double factor = rope_.get_number("factor", std::max(1.0, ratio), 1, 1e6);
  const double usual = 1 + 0.1 * std::log(factor);
  double wanted = usual;
  const double mscale = rope_.get_number("mscale", 0, 0, 1e3),
               mscale_all = rope_.get_number("mscale_all_dim", 0, 0, 1e3);
  if (mscale > 0 && mscale_all > 0) {
    wanted = (1 + 0.1 * mscale * std::log(factor)) / (1 + 0.1 * mscale_all * std::log(factor));
  }
  wanted = rope_.get_number("attention_factor", wanted, 1e-6, 1e6);
  set_type("yarn");
  set("rope.scaling.factor", factor);
  set("rope.scaling.original_context_length", original);
  if (wanted != usual) set("rope.scaling.attn_factor", wanted / usual);
  if (rope_.has("beta_fast")) set("rope.scaling.yarn_beta_fast", rope_.get_number("beta_fast", 32, 1e-3, 1e6));
  if (rope_.has("beta_slow")) set("rope.scaling.yarn_beta_slow", rope_.get_number("beta_slow", 1, 1e-3, 1e6));
  // Ours: GGUF has no key for it, and llama.cpp always truncates.
  if (!rope_.get_bool("truncate", true)) out_.metadata.set_bool(out_.key("rope.scaling.yarn_whole_dims"), false);
}

void RopeReader::read_longrope(int64_t dims, int64_t context_length) {
  const int64_t original = original_context(context_length);
  const double ratio = static_cast<double>(context_length) / static_cast<double>(original);
  const double factor = rope_.get_number("factor", ratio, 1e-6, 1e6);
  // Source: LongRoPE, section 3.3 (attention temperature).
  const double usual = factor <= 1 || original <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(original));
  set_type("longrope");
  set("rope.scaling.original_context_length", original);
  set("rope.scaling.attn_factor", rope_.get_number("attention_factor", usual, 1e-6, 1e6));
  read_factors("long_factor", dims / 2, "rope_factors_long.weight");
  read_factors("short_factor", dims / 2, "rope_factors_short.weight");
}

void RopeReader::read_factors(std::string_view key, int64_t n, std::string tensor) {
  std::vector<float> values;
  if (const nlohmann::json* list = rope_.find(key); list != nullptr && list->is_array() && std::ssize(*list) == n) {
    for (const auto& value : *list) {
      if (value.is_number() && value.get<double>() > 1e-6) values.push_back(value.get<float>());
    }
  }
  if (std::ssize(values) != n) return rope_.keep_bad(key, format_message(msg::kAListOfNumbers, n));
  out_.tensors.push_back({std::move(tensor), std::move(values)});
}

}  // namespace

Status read_config_rope(ConfigSettings& settings, int64_t head_dim, int64_t context_length, HuggingFaceConfig& out) {
  JsonObject& config = settings.config();
  // The older name is what people add by hand; transformers takes it where both are there.
  const nlohmann::json* added = config.find("rope_scaling");
  const bool has_scaling = added != nullptr && !added->empty();
  JsonObject rope =
      config.get_object(!has_scaling && config.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
  // Where layers with and without windows differ, each kind has an object of its own.
  double window_theta = settings.get_number("rope_local_base_freq", 0, 0, 1e12);
  if (rope.has("sliding_attention")) {
    JsonObject local = rope.get_object("sliding_attention");
    window_theta = local.get_number("rope_theta", window_theta, 0, 1e12);
    if (local.get_text("rope_type", "default") != "default") {
      return fail(ErrorKind::kUnsupported, msg::kConfigUnsupported, config.name(), "sliding_attention.rope_type",
                  local.shown("rope_type"), "\"default\"");
    }
    TRY(local.status());
  }
  if (rope.has("full_attention")) rope = rope.get_object("full_attention");
  if (window_theta > 0) out.metadata.set_f32(out.key("rope.freq_base_swa"), static_cast<float>(window_theta));
  return RopeReader(settings, std::move(rope), out).read(head_dim, context_length);
}

}  // namespace ondol
