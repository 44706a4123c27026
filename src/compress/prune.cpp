#include "compress/prune.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "compress/compress_messages.h"
#include "compress/vocabulary_trim.h"
#include "model/tensor_shape.h"
#include "tensor/quant/f16.h"

namespace ondol {
namespace {

constexpr std::string_view kFfnLength = "feed_forward_length", kWindow = "attention.sliding_window",
                           kWindowPattern = "attention.sliding_window_pattern";

const Architecture& family_of(const ImportedModel& model) {
  const Architecture* family = find_architecture(model.source.metadata.get_string("general.architecture").value_or(""));
  CHECK(family != nullptr);  // import_model() looked
  return *family;
}

// "blk.12.attn_q.weight" -> 12 and "attn_q.weight".
struct LayerTensor {
  int layer;
  std::string rest;
};
std::optional<LayerTensor> layer_tensor(std::string_view name) {
  if (!name.starts_with("blk.")) return std::nullopt;
  name.remove_prefix(4);
  int layer = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), layer);
  const auto length = static_cast<size_t>(end - name.data());
  if (error != std::errc() || length >= name.size() || name[length] != '.') return std::nullopt;
  return LayerTensor{layer, std::string(name.substr(length + 1))};
}

const TensorName* find_name(const Architecture& family, const std::string& rest) {
  const std::string pattern = "blk.{i}." + rest;
  for (const TensorName& tensor : family.tensors) {
    if (tensor.gguf == pattern) return &tensor;
  }
  return nullptr;
}

// The sizes of a shape: "[2*ffn, hidden]" -> {"2*ffn", "hidden"}.
std::vector<std::string_view> sizes_of(std::string_view shape) {
  std::vector<std::string_view> sizes;
  shape = shape.substr(1, shape.find(']') - 1);
  while (true) {
    const size_t comma = shape.find(", ");
    sizes.push_back(shape.substr(0, comma));
    if (comma == std::string_view::npos) return sizes;
    shape.remove_prefix(comma + 2);
  }
}

bool counts_channels(std::string_view size) {
  return size.find("ffn") != std::string_view::npos && size.find("expert_ffn") == std::string_view::npos;
}

// Of a dimension of `n` that holds the channels once, or several times one behind the other, the indices that stay.
std::vector<int64_t> kept_indices(const std::vector<int64_t>& channels, int64_t n, int64_t ffn_size) {
  std::vector<int64_t> kept;
  for (int64_t first = 0; first < n; first += ffn_size) {
    for (const int64_t channel : channels) kept.push_back(first + channel);
  }
  return kept;
}

ImportedTensor with_rows(const ImportedTensor& tensor, std::vector<int64_t> rows) {
  ImportedTensor kept = tensor;
  kept.shape.dims[0] = std::ssize(rows);
  const int64_t row_bytes = tensor.dtype.size_bytes(tensor.shape.n_cols());
  kept.read_rows = [rows = std::move(rows), row_bytes, read = tensor.read_rows](int64_t first, int64_t n,
                                                                                uint8_t* out) {
    for (int64_t row = first; row < first + n; ++row, out += row_bytes) read(rows[static_cast<size_t>(row)], 1, out);
  };
  return kept;
}

// Also of a vector, whose one row its numbers are.
ImportedTensor with_columns(const ImportedTensor& tensor, std::vector<int64_t> columns) {
  ImportedTensor kept = tensor;
  const int64_t n_kept = std::ssize(columns), n_cols = tensor.shape.n_cols();
  kept.shape.dims[kept.shape.n_dims - 1] = n_kept;
  kept.layout = Layout::kFile;
  const DType type = tensor.dtype;
  const auto row_bytes = static_cast<size_t>(type.size_bytes(n_cols));
  if (type.info().is_float) {
    const auto size = static_cast<size_t>(type.size_bytes(1));
    kept.read_rows = [=, columns = std::move(columns), read = tensor.read_rows](int64_t first, int64_t n,
                                                                                uint8_t* out) {
      std::vector<uint8_t> whole(row_bytes);
      for (int64_t row = first; row < first + n; ++row) {
        read(row, 1, whole.data());
        for (const int64_t column : columns) {
          std::memcpy(out, whole.data() + static_cast<size_t>(column) * size, size);
          out += size;
        }
      }
    };
    return kept;
  }
  kept.dtype = dtype_of<F16>;
  kept.read_rows = [=, columns = std::move(columns), read = tensor.read_rows](int64_t first, int64_t n, uint8_t* out) {
    std::vector<uint8_t> whole(row_bytes);
    std::vector<float> numbers(static_cast<size_t>(n_cols)), chosen(columns.size());
    for (int64_t row = first; row < first + n; ++row) {
      read(row, 1, whole.data());
      type.info().decode(whole.data(), numbers.data(), n_cols);
      for (size_t i = 0; i < columns.size(); ++i) chosen[i] = numbers[static_cast<size_t>(columns[i])];
      dtype_of<F16>.info().encode(chosen.data(), nullptr, out, n_kept);
      out += dtype_of<F16>.size_bytes(n_kept);
    }
  };
  return kept;
}

// The tensor with the channels that stay, of a layer whose feed-forward had `ffn_size`.
ImportedTensor narrowed(const ImportedTensor& tensor, const TensorName& how, const std::vector<int64_t>& channels,
                        int64_t ffn_size) {
  const std::vector<std::string_view> sizes = sizes_of(how.shape);
  ImportedTensor kept = tensor;
  if (sizes.size() == 2 && counts_channels(sizes[0])) {
    kept = with_rows(kept, kept_indices(channels, tensor.shape[0], ffn_size));
  }
  if (counts_channels(sizes.back())) {
    kept = with_columns(kept, kept_indices(channels, tensor.shape.n_cols(), ffn_size));
  }
  return kept;
}

// Of arrays with a number for each layer those of the layers kept.
void keep_in_arrays(Metadata& metadata, const std::string& prefix, const std::vector<int>& layers) {
  std::vector<std::pair<std::string, MetaValue>> changed;
  for (const auto& [key, value] : metadata.entries()) {
    const auto ends_with = [&, &name = key](std::string_view end) { return name == prefix + std::string(end); };
    const bool per_layer = ends_with("attention.head_count") || ends_with("attention.head_count_kv") ||
                           ends_with(kFfnLength) || ends_with(kWindowPattern);
    const auto* all = std::get_if<std::vector<int64_t>>(&value.value);
    if (!per_layer || all == nullptr) continue;
    std::vector<int64_t> kept;
    for (const int layer : layers) kept.push_back(all->at(static_cast<size_t>(layer)));
    MetaValue shorter = value;
    shorter.value = std::move(kept);
    changed.emplace_back(key, std::move(shorter));
  }
  for (auto& [key, value] : changed) metadata.set(key, std::move(value));
}

bool same_sizes(const LayerSizes& a, const LayerSizes& b) {
  return a.n_heads == b.n_heads && a.n_kv_heads == b.n_kv_heads && a.ffn_size == b.ffn_size && a.window == b.window;
}

// Whether a reader of the smaller file sees in its layers what `wanted` says of them.
bool says(const Hyperparameters& read, const Hyperparameters& wanted) {
  return std::equal(read.layers.begin(), read.layers.end(), wanted.layers.begin(), wanted.layers.end(), same_sizes) &&
         read.head_dim == wanted.head_dim && read.rope_dims == wanted.rope_dims &&
         read.attention_scale == wanted.attention_scale;
}

bool has_windows(const Hyperparameters& hp) {
  return std::any_of(hp.layers.begin(), hp.layers.end(), [](const LayerSizes& layer) { return layer.window > 0; });
}

// Says in words of its own what a family takes from a layer's number, where the numbers are others now.
void say_windows(Metadata& metadata, const std::string& prefix, const Hyperparameters& wanted) {
  std::vector<int64_t> pattern;
  int64_t length = 0;
  for (const LayerSizes& layer : wanted.layers) {
    pattern.push_back(layer.window > 0 ? 1 : 0);
    length = std::max(length, layer.window);
  }
  metadata.set_u32(prefix + std::string(kWindow), static_cast<uint32_t>(length));
  metadata.set(prefix + std::string(kWindowPattern),
               {.type = MetaType::kArray, .element_type = MetaType::kBool, .value = std::move(pattern)});
}

Result<Metadata> pruned_metadata(const ImportedModel& original, const std::string& name, const KeptParts& kept,
                                 const Hyperparameters& before) {
  const Architecture& family = family_of(original);
  const std::string prefix = std::string(*original.source.metadata.get_string("general.architecture")) + ".";
  Metadata metadata = original.source.metadata;
  Hyperparameters wanted = before;
  wanted.layers.clear();
  for (const int layer : kept.layers) wanted.layers.push_back(before.layers[static_cast<size_t>(layer)]);
  keep_in_arrays(metadata, prefix, kept.layers);
  metadata.set_u32(prefix + "block_count", static_cast<uint32_t>(kept.layers.size()));
  if (!kept.channels.empty()) {
    const int64_t ffn_size = std::ssize(kept.channels.front());
    for (LayerSizes& layer : wanted.layers) layer.ffn_size = ffn_size;
    metadata.set_u32(prefix + std::string(kFfnLength), static_cast<uint32_t>(ffn_size));
  }
  // sizes of the whole that are true no more
  metadata.erase("general.size_label");
  metadata.erase("general.parameter_count");
  if (!metadata.find("ondol.original_bytes")) {
    metadata.set("ondol.original_bytes", {.type = MetaType::kU64, .value = bytes_at_16_bits(original)});
  }
  std::vector<int64_t> layers(kept.layers.begin(), kept.layers.end());
  if (const auto earlier = metadata.get_ints("ondol.pruned.layers")) {  // pruned before: the first model's numbers
    for (int64_t& layer : layers) layer = layer < std::ssize(*earlier) ? (*earlier)[static_cast<size_t>(layer)] : layer;
  }
  metadata.set_i32s("ondol.pruned.layers", std::move(layers));

  TRY(Hyperparameters read, read_hyperparameters(name, metadata, family));
  if (!says(read, wanted)) {
    const std::string scale = prefix + "attention.scale";
    if (has_windows(before)) say_windows(metadata, prefix, wanted);
    if (read.attention_scale != wanted.attention_scale) metadata.set_f32(scale, wanted.attention_scale);
    TRY(read, read_hyperparameters(name, metadata, family));
  }
  // where only layers with windows rotate, one without any would make all others rotate
  const bool rotates_anew = family.windows.only_they_rotate && has_windows(before) != has_windows(read);
  if (!says(read, wanted) || rotates_anew) {
    return fail(ErrorKind::kUnsupported, msg::kPruneUnsayable, name, family.name());
  }
  return metadata;
}

}  // namespace

Result<int64_t> parse_kept(std::string_view option, std::string_view text, int64_t n_all, int64_t multiple) {
  const auto bad = [&] {
    if (n_all <= multiple) return fail(ErrorKind::kUsage, msg::kPruneTooFew, option, text, n_all);
    return fail(ErrorKind::kUsage, msg::kPruneKept, option, text, n_all, multiple, n_all - 1);
  };
  int64_t kept = 0;
  if (text.ends_with('%')) {
    const std::string number(text.substr(0, text.size() - 1));
    char* end = nullptr;
    const double percent = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0' || !(percent > 0 && percent < 100)) return bad();
    kept = static_cast<int64_t>(percent / 100 * static_cast<double>(n_all));
  } else {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), kept);
    if (error != std::errc() || end != text.data() + text.size()) return bad();
  }
  if (kept < multiple || kept >= n_all) return bad();
  return kept / multiple * multiple;
}

std::string down_projection(int layer) { return tensor_name("blk.{i}.ffn_down.weight", layer); }

Result<Hyperparameters> hyperparameters_of(const ImportedModel& model, const std::string& name) {
  return read_hyperparameters(name, model.source.metadata, family_of(model));
}

bool lists_windows(const ImportedModel& model) {
  const Metadata& metadata = model.source.metadata;
  const std::string prefix = std::string(*metadata.get_string("general.architecture")) + ".";
  return metadata.get_ints(prefix + std::string(kWindowPattern)).has_value();
}

Status check_prunable(const ImportedModel& model, const std::string& name, bool layers, bool channels) {
  const Architecture& family = family_of(model);
  const auto refuse = [&](const Message& why) {
    return fail(ErrorKind::kUnsupported, msg::kCannotPrune, name, family.name(), why.text());
  };
  TRY(const Hyperparameters hp, hyperparameters_of(model, name));
  if (!hp.is_causal) return refuse(msg::kPruneEncoder);
  if (hp.n_experts > 0) return refuse(msg::kPruneExperts);
  const auto skips = [](const LayerSizes& layer) {
    return layer.keeps[0] || layer.keeps[1] || layer.mixes[0] || layer.mixes[1];
  };
  if (layers && std::any_of(hp.layers.begin(), hp.layers.end(), skips)) return refuse(msg::kPruneSkips);
  const auto is_channel_norm = [](const ImportedTensor& tensor) {
    return tensor.name.find(".ffn_sub_norm.") != std::string::npos;
  };
  if (channels && std::any_of(model.tensors.begin(), model.tensors.end(), is_channel_norm)) {
    return refuse(msg::kPruneChannelNorm);
  }
  return ok();
}

Result<ImportedModel> prune(const ImportedModel& original, const std::string& name, const KeptParts& kept) {
  const Architecture& family = family_of(original);
  TRY(const Hyperparameters hp, hyperparameters_of(original, name));
  TRY(check_prunable(original, name, std::ssize(kept.layers) < hp.n_layers, !kept.channels.empty()));
  CHECK(!kept.layers.empty() && std::is_sorted(kept.layers.begin(), kept.layers.end()));
  CHECK(kept.layers.back() < hp.n_layers && (kept.channels.empty() || kept.channels.size() == kept.layers.size()));

  ImportedModel pruned{.source = original.source, .tensors = {}};
  TRY(pruned.source.metadata, pruned_metadata(original, name, kept, hp));
  for (const ImportedTensor& tensor : original.tensors) {
    const auto of_layer = layer_tensor(tensor.name);
    if (!of_layer) {
      pruned.tensors.push_back(tensor);
      continue;
    }
    const auto found = std::find(kept.layers.begin(), kept.layers.end(), of_layer->layer);
    if (found == kept.layers.end()) continue;
    const auto place = static_cast<size_t>(found - kept.layers.begin());
    ImportedTensor stays = tensor;
    const TensorName* how = find_name(family, of_layer->rest);
    if (!kept.channels.empty() && how != nullptr) {
      stays = narrowed(tensor, *how, kept.channels[place], hp.layers[static_cast<size_t>(of_layer->layer)].ffn_size);
    }
    stays.name = tensor_name("blk.{i}.", static_cast<int>(place)) + of_layer->rest;
    pruned.tensors.push_back(std::move(stays));
  }
  return pruned;
}

}  // namespace ondol
