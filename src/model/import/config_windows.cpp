#include "model/import/config_windows.h"

#include <algorithm>

#include "model/import/import_messages.h"

namespace ondol {
namespace {

using Pattern = std::vector<int64_t>;  // one a layer, 1: has a window

template <class HasWindow>
Pattern make_pattern(int64_t n_layers, HasWindow&& has_window) {
  Pattern pattern;
  for (int64_t layer = 0; layer < n_layers; ++layer) pattern.push_back(has_window(layer) ? 1 : 0);
  return pattern;
}

Pattern from_layer_types(JsonObject& config, int64_t n_layers) {
  const nlohmann::json& types = *config.find("layer_types");
  Pattern pattern;
  for (const auto& type : types) {
    if (type == "sliding_attention" || type == "full_attention") pattern.push_back(type == "sliding_attention");
  }
  if (std::ssize(pattern) != n_layers) {
    config.keep_bad("layer_types", format_message(msg::kLayerTypes, n_layers));
    pattern.resize(static_cast<size_t>(n_layers));
  }
  return pattern;
}

// "LLLG": L has a window, from the first layer on again and again.
Pattern from_letters(JsonObject& config, const std::string& letters, int64_t n_layers) {
  if (letters.empty() || letters.find_first_not_of("LG") != std::string::npos) {
    config.keep_bad("sliding_window_pattern", msg::kWindowLetters.text());
    return Pattern(static_cast<size_t>(n_layers));
  }
  return make_pattern(n_layers, [&](int64_t i) { return letters[static_cast<size_t>(i) % letters.size()] == 'L'; });
}

Pattern by_period(int64_t period, int64_t n_layers) {
  return make_pattern(n_layers, [&](int64_t layer) { return (layer + 1) % period != 0; });
}

Pattern read_pattern(ConfigSettings& settings, int64_t family_period, int64_t n_layers) {
  JsonObject& config = settings.config();
  if (const auto* types = config.find("layer_types"); types != nullptr && types->is_array()) {
    return from_layer_types(config, n_layers);
  }
  if (const auto* letters = config.find("sliding_window_pattern"); letters != nullptr && letters->is_string()) {
    return from_letters(config, letters->get<std::string>(), n_layers);
  }
  if (config.has("sliding_window_pattern")) {
    return by_period(config.get_int("sliding_window_pattern", {}, 1, INT32_MAX), n_layers);
  }
  if (settings.is_known("max_window_layers")) {
    const int64_t first = settings.get_int("max_window_layers", {}, 0, INT32_MAX);
    return make_pattern(n_layers, [&](int64_t layer) { return layer >= first; });
  }
  if (family_period > 0) return by_period(family_period, n_layers);
  return make_pattern(n_layers, [](int64_t) { return true; });
}

}  // namespace

void read_config_windows(ConfigSettings& settings, int64_t n_layers, HuggingFaceConfig& out) {
  const Windows& windows = out.arch->windows;
  const bool used = out.form->has_windows && settings.get_bool("use_sliding_window", true);
  const int64_t length = used ? settings.get_int("sliding_window", 0, 0, INT32_MAX) : 0;
  if (length == 0) {
    // What the family has when the file says nothing must be said not to be there.
    if (windows.length > 0) out.metadata.set_u32(out.key("attention.sliding_window"), 0);
    return;
  }
  const Pattern pattern = read_pattern(settings, windows.period, n_layers);
  if (std::count(pattern.begin(), pattern.end(), 1) == 0 && windows.length == 0) return;
  out.metadata.set_u32(out.key("attention.sliding_window"), static_cast<uint32_t>(length));
  if (windows.period > 0 && pattern == by_period(windows.period, n_layers)) return;
  out.metadata.set(out.key("attention.sliding_window_pattern"),
                   {.type = MetaType::kArray, .element_type = MetaType::kBool, .value = pattern});
}

}  // namespace ondol
