#include "tune/init_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/memory.h"
#include "base/random.h"
#include "tensor/quant/f32.h"
#include "tokenizer/tokenizer.h"
#include "tune/tune_messages.h"

namespace ondol {
namespace {

constexpr int64_t kMaxSize = int64_t{1} << 20;

struct Size {
  std::string_view name;
  int64_t* value;
};

// A normal number by Box and Muller.
class Normal {
 public:
  explicit Normal(uint64_t seed) : random_(seed) {}
  float draw(double deviation) {
    const double radius = std::sqrt(-2 * std::log(1 - random_.uniform()));
    return static_cast<float>(deviation * radius * std::cos(2 * 3.14159265358979323846 * random_.uniform()));
  }

 private:
  SplitMix64 random_;
};

struct TensorPlan {
  std::string name;
  Shape shape;
  double deviation;  // 0: all ones
};

std::vector<TensorPlan> plan_tensors(const ModelShape& shape) {
  const int64_t hidden = shape.hidden_size, q = shape.n_heads * shape.head_dim, kv = shape.n_kv_heads * shape.head_dim;
  const double deviation = 0.64 / std::sqrt(static_cast<double>(hidden));
  const double residual = deviation / std::sqrt(2 * static_cast<double>(shape.n_layers));
  std::vector<TensorPlan> plan = {{"token_embd.weight", {shape.vocab_size, hidden}, deviation}};
  for (int64_t layer = 0; layer < shape.n_layers; ++layer) {
    const std::string prefix = fmt::format("blk.{}.", layer);
    plan.push_back({prefix + "attn_norm.weight", {hidden}, 0});
    plan.push_back({prefix + "attn_q.weight", {q, hidden}, deviation});
    plan.push_back({prefix + "attn_k.weight", {kv, hidden}, deviation});
    plan.push_back({prefix + "attn_v.weight", {kv, hidden}, deviation});
    plan.push_back({prefix + "attn_output.weight", {hidden, q}, residual});
    plan.push_back({prefix + "ffn_norm.weight", {hidden}, 0});
    plan.push_back({prefix + "ffn_gate.weight", {shape.ffn_size, hidden}, deviation});
    plan.push_back({prefix + "ffn_up.weight", {shape.ffn_size, hidden}, deviation});
    plan.push_back({prefix + "ffn_down.weight", {hidden, shape.ffn_size}, residual});
  }
  plan.push_back({"output_norm.weight", {hidden}, 0});
  if (!shape.tied) plan.push_back({"output.weight", {shape.vocab_size, hidden}, deviation});
  return plan;
}

}  // namespace

Result<ModelShape> parse_shape(std::string_view text) {
  if (const ModelShape* known = find_shape(text)) return *known;
  ModelShape shape{.name = "own"};
  int64_t theta = 10000, tied = 1;
  const Size sizes[] = {{"layers", &shape.n_layers},
                        {"hidden", &shape.hidden_size},
                        {"heads", &shape.n_heads},
                        {"kv_heads", &shape.n_kv_heads},
                        {"head_dim", &shape.head_dim},
                        {"ffn", &shape.ffn_size},
                        {"context", &shape.context_length},
                        {"theta", &theta},
                        {"tied", &tied}};
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    const size_t equals = word.find('=');
    const auto* size = std::find_if(std::begin(sizes), std::end(sizes),
                                    [&](const Size& known) { return known.name == word.substr(0, equals); });
    const std::string_view digits = equals == std::string_view::npos ? "" : word.substr(equals + 1);
    const bool is_known = size != std::end(sizes);
    const auto parsed = is_known ? std::from_chars(digits.begin(), digits.end(), *size->value)
                                 : std::from_chars_result{nullptr, std::errc::invalid_argument};
    if (parsed.ec != std::errc() || parsed.ptr != digits.end() || *size->value < 0 || *size->value > kMaxSize) {
      return fail(ErrorKind::kUsage, msg::kBadShape, word);
    }
  }
  shape.rope_theta = static_cast<double>(theta);
  shape.tied = tied != 0;
  if (shape.n_kv_heads == 0) shape.n_kv_heads = shape.n_heads;
  if (shape.head_dim == 0 && shape.n_heads > 0) shape.head_dim = shape.hidden_size / shape.n_heads;
  if (shape.ffn_size == 0) shape.ffn_size = shape.hidden_size * 8 / 3 / 32 * 32;
  if (shape.context_length == 0) shape.context_length = 512;
  const bool is_whole = shape.n_layers > 0 && shape.hidden_size > 0 && shape.n_heads > 0 && shape.ffn_size > 0;
  if (!is_whole) return fail(ErrorKind::kUsage, msg::kShapeMisses, text);
  if (shape.n_heads % shape.n_kv_heads != 0 || shape.head_dim % 8 != 0 || shape.head_dim == 0) {
    return fail(ErrorKind::kUsage, msg::kShapeHeads, shape.n_heads, shape.n_kv_heads, shape.head_dim);
  }
  return shape;
}

Result<Checkpoint> make_initial_model(const ModelShape& wanted, const Metadata& tokenizer, uint64_t seed) {
  TRY(const auto vocabulary, load_tokenizer(tokenizer));
  ModelShape shape = wanted;
  shape.vocab_size = vocabulary->vocab_size();
  Checkpoint model{.format = "GGUF v3", .metadata = random_model_metadata(shape, false)};
  model.metadata.erase("general.name");
  for (const auto& [key, value] : tokenizer.entries()) {
    if (key.starts_with("tokenizer.")) model.metadata.set(key, value);
  }
  const std::vector<TensorPlan> plan = plan_tensors(shape);
  int64_t n_weights = 0;
  for (const TensorPlan& tensor : plan) n_weights += tensor.shape.n_elements();
  TRY(check_memory(msg::kNewModel.text(), n_weights * int64_t{sizeof(float)}));
  Normal normal(seed);
  for (const TensorPlan& tensor : plan) {
    std::vector<float> values(static_cast<size_t>(tensor.shape.n_elements()), 1.0f);
    for (float& value : values) {
      if (tensor.deviation > 0) value = normal.draw(tensor.deviation);
    }
    auto bytes = std::make_shared<std::vector<uint8_t>>(values.size() * sizeof(float));
    std::memcpy(bytes->data(), values.data(), bytes->size());
    model.tensors.push_back({tensor.name, {bytes->data(), dtype_of<F32>, tensor.shape}});
    model.buffers.push_back(std::move(bytes));
  }
  return model;
}

}  // namespace ondol
