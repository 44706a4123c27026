#include <algorithm>

#include "model/model.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

// Reads `<arch>.<key>` values with their ranges; the first failure is kept.
class KeyReader {
 public:
  KeyReader(std::string_view file, const Metadata& metadata, const std::string& arch)
      : file_(file), metadata_(metadata), arch_(arch) {}

  int64_t required(std::string_view key, int64_t low, int64_t high) {
    const auto value = metadata_.get_int(name(key));
    if (!value) return keep(fail(ErrorKind::kCorruptFile, msg::kMissingKey, file_, name(key)));
    return in_range(key, *value, low, high);
  }
  int64_t optional(std::string_view key, int64_t otherwise, int64_t low, int64_t high) {
    return in_range(key, metadata_.get_int(name(key)).value_or(otherwise), low, high);
  }
  float optional_float(std::string_view key, double otherwise, double low, double high) {
    const double value = metadata_.get_float(name(key)).value_or(otherwise);
    if (!(value >= low && value <= high)) {
      keep(fail(ErrorKind::kCorruptFile, msg::kKeyOutOfRange, file_, name(key), value, low, high));
    }
    return static_cast<float>(value);
  }
  std::string name(std::string_view key) const { return fmt::format("{}.{}", arch_, key); }
  const std::optional<Error>& error() const { return error_; }

 private:
  int64_t in_range(std::string_view key, int64_t value, int64_t low, int64_t high) {
    if (value >= low && value <= high) return value;
    return keep(fail(ErrorKind::kCorruptFile, msg::kKeyOutOfRange, file_, name(key), value, low, high));
  }
  int64_t keep(tl::unexpected<Error> error) {
    if (!error_) error_ = std::move(error.value());
    return 1;
  }

  std::string_view file_;
  const Metadata& metadata_;
  const std::string& arch_;
  std::optional<Error> error_;
};

}  // namespace

Result<Hyperparameters> read_hyperparameters(std::string_view file, const Metadata& metadata,
                                             const Architecture& arch) {
  KeyReader keys(file, metadata, arch.gguf_name);
  Hyperparameters hp;
  hp.hidden_size = keys.required("embedding_length", 1, 1 << 20);
  hp.n_layers = static_cast<int>(keys.required("block_count", 1, 4096));
  hp.n_heads = static_cast<int>(keys.required("attention.head_count", 1, 1 << 14));
  hp.n_kv_heads = static_cast<int>(keys.optional("attention.head_count_kv", hp.n_heads, 1, hp.n_heads));
  hp.ffn_size = keys.required("feed_forward_length", 1, 1 << 24);
  hp.context_length = keys.required("context_length", 1, 1 << 28);
  hp.head_dim = static_cast<int>(
      keys.optional("attention.key_length", std::max<int64_t>(1, hp.hidden_size / hp.n_heads), 1, 1 << 14));
  hp.rope_dims = static_cast<int>(keys.optional("rope.dimension_count", hp.head_dim, 2, hp.head_dim));
  hp.rope_theta = keys.optional_float("rope.freq_base", 10000, 1, 1e12);
  hp.norm_eps = keys.optional_float("attention.layer_norm_rms_epsilon", 1e-5, 0, 1);
  const int64_t n_experts = keys.optional("expert_count", 0, 0, 1 << 20);
  const int64_t value_length = keys.optional("attention.value_length", hp.head_dim, 1, 1 << 14);
  const std::string scaling(metadata.get_string(keys.name("rope.scaling.type")).value_or("none"));
  if (scaling == "linear") hp.rope_linear_factor = keys.optional_float("rope.scaling.factor", 1, 1e-3, 1e6);
  if (keys.error()) return tl::make_unexpected(*keys.error());

  if (n_experts > 0) return fail(ErrorKind::kUnsupported, msg::kExpertsUnsupported, file, arch.gguf_name, n_experts);
  if (scaling != "none" && scaling != "linear") {
    return fail(ErrorKind::kUnsupported, msg::kUnknownRopeScaling, file, scaling);
  }
  if (hp.n_heads % hp.n_kv_heads != 0) {
    return fail(ErrorKind::kCorruptFile, msg::kHeadsDoNotDivide, file, hp.n_heads, hp.n_kv_heads);
  }
  if (value_length != hp.head_dim) {
    return fail(ErrorKind::kUnsupported, msg::kHeadSizesDiffer, file, hp.head_dim, value_length);
  }
  constexpr int kHeadMultiple = 8;  // one AVX2 register of keys (kernel/kernels.h)
  if (hp.head_dim % kHeadMultiple != 0) {
    return fail(ErrorKind::kUnsupported, msg::kHeadSizeNotMultiple, file, hp.head_dim, kHeadMultiple);
  }
  hp.rope_dims -= hp.rope_dims % 2;
  return hp;
}

}  // namespace ondol
