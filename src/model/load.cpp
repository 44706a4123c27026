// Loading: every tensor the family names is found, checked against its shape, and used where the file has it in run
// layout, or brought into run layout (matrices) or f32 (everything else) in one arena, whose size is known before it is
// allocated.
#include <unordered_map>
#include <unordered_set>

#include "base/base_messages.h"
#include "base/check.h"
#include "model/connect.h"
#include "model/missing_feature.h"
#include "model/model.h"
#include "model/model_messages.h"
#include "model/tensor_shape.h"
#include "model/weight_arena.h"

namespace ondol {
namespace {

class Loader {
 public:
  Loader(const Checkpoint& checkpoint, const std::string& file, const LoadOptions& options)
      : checkpoint_(checkpoint), file_(file), arena_(options.low_memory) {
    for (const NamedTensor& tensor : checkpoint.tensors) views_.emplace(tensor.name, &tensor.view);
  }

  // Description and places of all tensors; nothing is copied.
  Status prepare();
  Result<Model> finish(ThreadPool& pool);
  // Instead of both.
  Result<Model> outline();

 private:
  Status read_description();
  Status read_tokenizer();
  Result<Model> connected(Buffer arena);
  Status place_tensors();
  Status place(const TensorName& tensor, int layer);
  Status place_parts(const TensorName& tensor, const TensorView& view, int layer);
  bool is_missing(const TensorName& tensor, int layer) const;

  const Checkpoint& checkpoint_;
  const std::string& file_;
  std::unordered_map<std::string_view, const TensorView*> views_;  // by name: a family asks for thousands
  Model model_;
  WeightArena arena_;
  std::unordered_set<std::string> used_;
};

Status Loader::prepare() {
  TRY(read_description());
  TRY(read_tokenizer());
  return place_tensors();
}

Result<Model> Loader::finish(ThreadPool& pool) {
  // The header has been read.
  for (const auto& map : checkpoint_.maps) map->release(map->bytes());
  TRY(Buffer arena, arena_.copy(checkpoint_, pool));
  return connected(std::move(arena));
}

Result<Model> Loader::outline() {
  TRY(read_description());
  TRY(place_tensors());
  TRY(Buffer arena, arena_.outline());
  return connected(std::move(arena));
}

Result<Model> Loader::connected(Buffer arena) {
  model_.weight_bytes = arena_.matrix_bytes();
  model_.mapped_bytes = arena_.mapped_bytes();
  model_.arena_bytes = arena.size_bytes();
  model_.longest_file_row_bytes = arena_.longest_file_row_bytes();
  model_.arena = std::move(arena);
  if (model_.mapped_bytes > 0) {
    model_.maps = checkpoint_.maps;
    model_.buffers = checkpoint_.buffers;
  }
  connect(arena_, model_);
  model_.tensor_names = arena_.names();
  return std::move(model_);
}

Status Loader::read_description() {
  const Metadata& metadata = checkpoint_.metadata;
  const auto name = metadata.get_string("general.architecture");
  if (!name) return fail(ErrorKind::kCorruptFile, msg::kNoArchitecture, file_);
  model_.arch = find_architecture(*name);
  if (!model_.arch) {
    const std::string needs = missing_feature(*name);
    if (!needs.empty()) return fail(ErrorKind::kUnsupported, msg::kFamilyNeeds, file_, *name, needs);
    std::string known;
    for (const Architecture& arch : all_architectures()) known += (known.empty() ? "" : ", ") + arch.name();
    return fail(ErrorKind::kUnsupported, msg::kUnknownArchitecture, file_, *name, known);
  }
  TRY(model_.hp, read_hyperparameters(file_, metadata, *model_.arch));

  const TensorView* embedding = checkpoint_.find("token_embd.weight");
  if (!embedding) return fail(ErrorKind::kCorruptFile, msg::kMissingTensor, file_, "token_embd.weight");
  model_.hp.vocab_size = embedding->shape.n_rows();
  return ok();
}

Status Loader::read_tokenizer() {
  if (!checkpoint_.metadata.find("tokenizer.ggml.model")) return ok();
  TRY(model_.tokenizer, load_tokenizer(checkpoint_.metadata));
  if (model_.tokenizer->vocab_size() != model_.hp.vocab_size) {
    return fail(ErrorKind::kCorruptFile, msg::kVocabularyDisagrees, file_, model_.tokenizer->vocab_size(),
                model_.hp.vocab_size);
  }
  return ok();
}

Status Loader::place_tensors() {
  const auto for_each_place = [&](const TensorName& tensor, auto&& body) -> Status {
    for (int layer = 0; layer < (is_per_layer(tensor) ? model_.hp.n_layers : 1); ++layer) TRY(body(layer));
    return ok();
  };
  for (const TensorName& tensor : model_.arch->tensors) {
    TRY(for_each_place(tensor, [&](int layer) { return place(tensor, layer); }));
  }
  std::vector<std::string> missing, unused;
  for (const TensorName& tensor : model_.arch->tensors) {
    TRY(for_each_place(tensor, [&](int layer) {
      if (is_missing(tensor, layer)) missing.push_back(tensor_name(tensor.gguf, layer));
      return ok();
    }));
  }
  for (const NamedTensor& tensor : checkpoint_.tensors) {
    if (!used_.contains(tensor.name)) unused.push_back(tensor.name);
  }
  if (!missing.empty()) {
    return fail(ErrorKind::kCorruptFile, msg::kMissingTensors, file_, missing.size(), model_.arch->name(),
                list_names(missing));
  }
  if (!unused.empty()) {
    return fail(ErrorKind::kUnsupported, msg::kUnusedTensors, file_, unused.size(), model_.arch->name(),
                list_names(unused));
  }
  return ok();
}

Status Loader::place(const TensorName& tensor, int layer) {
  const std::string name = tensor_name(tensor.gguf, layer);
  const auto found = views_.find(name);
  if (found == views_.end() || !has_tensor(tensor, model_.hp, layer)) return ok();
  const TensorView* view = found->second;
  const std::vector<Shape> shapes = tensor_shapes(tensor.shape, model_.hp, layer);
  if (std::find(shapes.begin(), shapes.end(), view->shape) == shapes.end()) {
    return fail(ErrorKind::kCorruptFile, msg::kWrongShape, file_, name, to_string(view->shape), to_string(shapes[0]));
  }
  const bool plain = tensor.plain || view->shape.n_dims == 1;
  if (plain && !view->dtype.info().is_float) {
    return fail(ErrorKind::kUnsupported, msg::kWrongTensorType, file_, name, view->dtype.name());
  }
  if (!plain && name.starts_with("blk.")) model_.matrix_weights += view->shape.n_elements();
  if (!tensor.parts.empty()) return place_parts(tensor, *view, layer);
  if (arena_.place(name, {*view, 0, view->shape}, plain)) used_.insert(name);
  return ok();
}

Status Loader::place_parts(const TensorName& tensor, const TensorView& view, int layer) {
  const bool plain = view.shape.n_dims == 1;
  int64_t first_row = 0;
  for (const TensorPart& part : tensor.parts) {
    TensorRows rows{view, first_row, view.shape};
    rows.shape.dims[0] = tensor_size(part.n_rows, model_.hp, layer);
    if (plain) rows = {{view.data + view.dtype.size_bytes(first_row), view.dtype, rows.shape}, 0, rows.shape};
    first_row += rows.shape.dims[0];
    if (!arena_.place(tensor_name(part.gguf, layer), rows, plain)) return ok();  // stays unused, and is named so
  }
  CHECK(first_row == view.shape[0]);
  used_.insert(tensor_name(tensor.gguf, layer));
  return ok();
}

bool Loader::is_missing(const TensorName& tensor, int layer) const {
  if (tensor.optional || !tensor.tied_to.empty() || !has_tensor(tensor, model_.hp, layer)) return false;
  const std::string name = tensor_name(tensor.gguf, layer);
  if (used_.contains(name) || arena_.contains(name)) return false;
  if (tensor.parts.empty()) return true;
  const auto is_there = [&](const TensorPart& part) { return arena_.contains(tensor_name(part.gguf, layer)); };
  return !std::all_of(tensor.parts.begin(), tensor.parts.end(), is_there);
}

}  // namespace

Result<Model> load_model(const Checkpoint& checkpoint, const std::string& name, ThreadPool& pool,
                         const LoadOptions& options) {
  Loader loader(checkpoint, name, options);
  TRY(loader.prepare());
  TRY(Model model, loader.finish(pool));
  model.metadata = checkpoint.metadata;
  return model;
}

Result<Model> outline_model(const Checkpoint& checkpoint, const std::string& name, const LoadOptions& options) {
  return Loader(checkpoint, name, options).outline();
}

Status check_model(const Checkpoint& checkpoint, const std::string& name) {
  return Loader(checkpoint, name, {}).prepare();
}

Status check_writes_text(const Model& model) {
  if (model.hp.is_causal) return ok();
  return fail(ErrorKind::kUnsupported, msg::kWritesNoText, model.arch->name());
}

Result<Model> load_model(const std::string& path, ThreadPool& pool, const LoadOptions& options) {
  TRY(Checkpoint checkpoint, open_checkpoint(path));
  Loader loader(checkpoint, path, options);
  TRY(loader.prepare());
  TRY(Model model, loader.finish(pool));
  model.metadata = std::move(checkpoint.metadata);  // a vocabulary's texts take 20 MB
  return model;
}

WeightPlace weight_place(const Model& model) {
  if (model.mapped_bytes < model.weight_bytes / 2) return WeightPlace::kRepacked;
  return model.embedding.layout == Layout::kFile ? WeightPlace::kFileLayout : WeightPlace::kMapped;
}

const char* name_of(WeightPlace place) {
  switch (place) {
    case WeightPlace::kMapped:
      return "mapped";
    case WeightPlace::kRepacked:
      return "repacked";
    case WeightPlace::kFileLayout:
      break;
  }
  return "file layout";
}

Status Model::check_files() const {
  for (const auto& map : maps) {
    if (map->lost()) return fail(ErrorKind::kIo, msg::kFileShrank, map->path());
  }
  return ok();
}

}  // namespace ondol
