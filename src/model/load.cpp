// Loading: every tensor the family names is found, checked against its shape, and brought into run layout (matrices) or
// f32 (vectors) in one arena, whose size is known before it is allocated.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/check.h"
#include "base/checked_math.h"
#include "model/model.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

constexpr int64_t kAlignment = 64;

// A tensor of the file and the place it gets in the arena.
struct Placed {
  const TensorView* source;
  int64_t offset;
};

// The value of one factor of a TensorName::shape, such as "heads" in "[heads*head_dim, hidden]".
int64_t size_named(std::string_view name, const Hyperparameters& hp) {
  if (name == "vocab") return hp.vocab_size;
  if (name == "hidden") return hp.hidden_size;
  if (name == "heads") return hp.n_heads;
  if (name == "kv_heads") return hp.n_kv_heads;
  if (name == "head_dim") return hp.head_dim;
  if (name == "ffn") return hp.ffn_size;
  if (name == "rope_pairs") return hp.rope_dims / 2;
  CHECK(!"a size name of a family's tensor table is unknown");
  return 0;
}

// "[heads*head_dim, hidden]" -> {2048, 2048}
Shape expected_shape(std::string_view text, const Hyperparameters& hp) {
  Shape shape;
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    std::string_view dim = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), dim.size() + 1));
    int64_t size = 1;
    while (!dim.empty()) {
      std::string_view factor = dim.substr(0, dim.find('*'));
      dim.remove_prefix(std::min(dim.size(), factor.size() + 1));
      while (factor.starts_with(' ')) factor.remove_prefix(1);
      size *= size_named(factor, hp);
    }
    shape.dims[static_cast<size_t>(shape.n_dims++)] = size;
  }
  return shape;
}

class Loader {
 public:
  Loader(const Checkpoint& checkpoint, const std::string& file, ThreadPool& pool)
      : checkpoint_(checkpoint), file_(file), pool_(pool) {}

  Result<Model> load();
  Status check();

 private:
  Status read_description();
  Status place_tensors();
  Status place(const TensorName& tensor, const std::string& name);
  Status copy_tensors();
  void copy_matrix(const TensorView& source, uint8_t* out);
  WeightView matrix(std::string_view name) const;
  const float* vector(std::string_view name) const;
  void connect();

  const Checkpoint& checkpoint_;
  const std::string& file_;
  ThreadPool& pool_;
  Model model_;
  std::unordered_map<std::string, Placed> placed_;
  int64_t arena_bytes_ = 0;
};

Result<Model> Loader::load() {
  TRY(read_description());
  TRY(place_tensors());
  TRY(copy_tensors());
  connect();
  return std::move(model_);
}

Status Loader::check() {
  TRY(read_description());
  return place_tensors();
}

Status Loader::read_description() {
  const Metadata& metadata = checkpoint_.metadata;
  const auto name = metadata.get_string("general.architecture");
  if (!name) return fail(ErrorKind::kCorruptFile, msg::kNoArchitecture, file_);
  model_.arch = find_architecture(*name);
  if (!model_.arch) {
    std::string known;
    for (const Architecture& arch : all_architectures()) known += (known.empty() ? "" : ", ") + arch.gguf_name;
    return fail(ErrorKind::kUnsupported, msg::kUnknownArchitecture, file_, *name, known);
  }
  TRY(model_.hp, read_hyperparameters(file_, metadata, *model_.arch));

  const TensorView* embedding = checkpoint_.find("token_embd.weight");
  if (!embedding) return fail(ErrorKind::kCorruptFile, msg::kMissingTensor, file_, "token_embd.weight");
  model_.hp.vocab_size = embedding->shape.n_rows();
  if (metadata.find("tokenizer.ggml.model")) {
    TRY(model_.tokenizer, load_tokenizer(metadata));
    if (model_.tokenizer->vocab_size() != model_.hp.vocab_size) {
      return fail(ErrorKind::kCorruptFile, msg::kVocabularyDisagrees, file_, model_.tokenizer->vocab_size(),
                  model_.hp.vocab_size);
    }
  }
  model_.metadata = metadata;
  return ok();
}

Status Loader::place_tensors() {
  for (const TensorName& tensor : model_.arch->tensors) {
    for (int layer = 0; layer < (is_per_layer(tensor) ? model_.hp.n_layers : 1); ++layer) {
      TRY(place(tensor, tensor_name(tensor.gguf, layer)));
    }
  }
  for (const NamedTensor& tensor : checkpoint_.tensors) {
    if (!placed_.contains(tensor.name)) {
      return fail(ErrorKind::kUnsupported, msg::kUnusedTensor, file_, tensor.name, model_.arch->gguf_name);
    }
  }
  return ok();
}

Status Loader::place(const TensorName& tensor, const std::string& name) {
  const TensorView* view = checkpoint_.find(name);
  if (!view) {
    if (tensor.optional || !tensor.tied_to.empty()) return ok();
    return fail(ErrorKind::kCorruptFile, msg::kMissingTensor, file_, name);
  }
  const Shape expected = expected_shape(tensor.shape, model_.hp);
  if (view->shape != expected) {
    return fail(ErrorKind::kCorruptFile, msg::kWrongShape, file_, name, to_string(view->shape), to_string(expected));
  }
  int64_t size_bytes = 0;
  if (expected.n_dims == 1) {
    if (!view->dtype.info().is_float) {
      return fail(ErrorKind::kUnsupported, msg::kWrongTensorType, file_, name, view->dtype.name());
    }
    size_bytes = expected.n_elements() * static_cast<int64_t>(sizeof(float));
  } else {
    size_bytes = run_layout_bytes(view->dtype, expected[0], expected[1]);
    model_.weight_bytes += size_bytes;
    if (name.starts_with("blk.")) model_.matrix_weights += expected.n_elements();
  }
  placed_[name] = {view, arena_bytes_};
  arena_bytes_ += round_up(size_bytes, kAlignment);
  return ok();
}

Status Loader::copy_tensors() {
  TRY(model_.arena, Buffer::allocate(msg::kModelWeights.text(), arena_bytes_));
  for (const auto& [name, tensor] : placed_) {
    uint8_t* out = model_.arena.data() + tensor.offset;
    if (tensor.source->shape.n_dims == 1) {
      tensor.source->dtype.info().decode(tensor.source->data, reinterpret_cast<float*>(out),
                                         tensor.source->shape.n_elements());
    } else {
      copy_matrix(*tensor.source, out);
    }
    // What has been copied is not needed twice in memory.
    for (const auto& map : checkpoint_.maps) {
      map->release({tensor.source->data, static_cast<size_t>(tensor.source->size_bytes())});
    }
  }
  return checkpoint_.check_files();
}

void Loader::copy_matrix(const TensorView& source, uint8_t* out) {
  const int64_t n_panels = divide_up(source.shape[0], kPanelRows);
  constexpr int64_t kPanelsPerPiece = 8;
  pool_.for_each(divide_up(n_panels, kPanelsPerPiece), [&](int64_t piece, int) {
    const int64_t first = piece * kPanelsPerPiece;
    to_run_layout(source, first, std::min(n_panels, first + kPanelsPerPiece), out);
  });
}

WeightView Loader::matrix(std::string_view name) const {
  const Placed& tensor = placed_.at(std::string(name));
  const TensorView& source = *tensor.source;
  return {model_.arena.data() + tensor.offset, source.dtype, source.shape[0], source.shape[1]};
}

const float* Loader::vector(std::string_view name) const {
  return reinterpret_cast<const float*>(model_.arena.data() + placed_.at(std::string(name)).offset);
}

// Fills the model's views with places in the arena; every name is there, place() saw to that.
void Loader::connect() {
  const Hyperparameters& hp = model_.hp;
  model_.embedding = matrix("token_embd.weight");
  model_.output = placed_.contains("output.weight") ? matrix("output.weight") : model_.embedding;
  model_.output_norm = vector("output_norm.weight");

  const float* factors = placed_.contains("rope_freqs.weight") ? vector("rope_freqs.weight") : nullptr;
  for (int pair = 0; pair < hp.rope_dims / 2; ++pair) {
    const double frequency = std::pow(static_cast<double>(hp.rope_theta), -2.0 * pair / hp.rope_dims);
    const double divisor = (factors ? factors[pair] : 1.0) * hp.rope_linear_factor;
    model_.rope_frequencies.push_back(static_cast<float>(frequency / divisor));
  }

  for (int layer = 0; layer < hp.n_layers; ++layer) {
    const auto blk = [&](std::string_view name) { return matrix(tensor_name("blk.{i}.", layer) + std::string(name)); };
    const auto norm = [&](std::string_view name) { return vector(tensor_name("blk.{i}.", layer) + std::string(name)); };
    LayerWeights weights;
    for (const Sublayer& sublayer : model_.arch->layer) {
      if (const auto* attention = std::get_if<Attention>(&sublayer)) {
        weights.push_back({norm("attn_norm.weight"),
                           AttentionWeights{*attention, blk("attn_q.weight"), blk("attn_k.weight"),
                                            blk("attn_v.weight"), blk("attn_output.weight")}});
      } else if (const auto* ffn = std::get_if<Ffn>(&sublayer)) {
        weights.push_back({norm("ffn_norm.weight"),
                           FfnWeights{*ffn, blk("ffn_gate.weight"), blk("ffn_up.weight"), blk("ffn_down.weight")}});
      }
    }
    model_.layers.push_back(std::move(weights));
  }
}

}  // namespace

Result<Model> load_model(const Checkpoint& checkpoint, const std::string& name, ThreadPool& pool) {
  return Loader(checkpoint, name, pool).load();
}

Status check_model(const Checkpoint& checkpoint, const std::string& name) {
  ThreadPool no_helpers(1);
  return Loader(checkpoint, name, no_helpers).check();
}

Result<Model> load_model(const std::string& path, ThreadPool& pool) {
  TRY(const Checkpoint checkpoint, open_checkpoint(path));
  return load_model(checkpoint, path, pool);
}

}  // namespace ondol
