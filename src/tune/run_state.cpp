#include "tune/run_state.h"

#include <cstring>

#include "format/safetensors.h"
#include "tensor/quant/f32.h"
#include "tune/tune_messages.h"

namespace ondol {
namespace {

constexpr std::string_view kFormat = "ondol training run 1";

struct Part {
  const char* kind;
  std::vector<float>* values;
};

std::vector<Part> parts_of(AdamW& optimizer, size_t i) {
  AdamW::Moments& moments = optimizer.moments()[i];
  return {{"value", &optimizer.parameters()[i]->value}, {"first", &moments.first}, {"second", &moments.second}};
}

}  // namespace

Status write_run_state(const std::string& path, const Digest& identity, const Metadata& place, AdamW& optimizer) {
  Metadata metadata = place;
  metadata.set_string("format", std::string(kFormat));
  metadata.set_string("run", to_hex(identity));
  metadata.set_string("optimizer_steps", std::to_string(optimizer.n_steps()));
  std::vector<TensorToWrite> tensors;
  for (size_t i = 0; i < optimizer.parameters().size(); ++i) {
    const Parameter<float>& p = *optimizer.parameters()[i];
    for (const Part& part : parts_of(optimizer, i)) {
      const auto* bytes = reinterpret_cast<const uint8_t*>(part.values->data());
      const size_t size = part.values->size() * sizeof(float);
      tensors.push_back({fmt::format("{}/{}", part.kind, p.name),
                         dtype_of<F32>,
                         {p.n_rows, p.n_cols},
                         [bytes, size](const ByteSink& sink) {
                           return sink({bytes, size});
                         }});
    }
  }
  return write_safetensors(path, metadata, tensors, {.force = true});
}

Result<Metadata> read_run_state(const std::string& path, const Digest& identity, AdamW& optimizer) {
  TRY(const Checkpoint checkpoint, open_checkpoint(path));
  const Metadata& metadata = checkpoint.metadata;
  if (metadata.get_string("format") != kFormat) return fail(ErrorKind::kBadInput, msg::kNotARun, path);
  if (metadata.get_string("run") != to_hex(identity)) return fail(ErrorKind::kBadInput, msg::kAnotherRun, path);
  for (size_t i = 0; i < optimizer.parameters().size(); ++i) {
    const Parameter<float>& p = *optimizer.parameters()[i];
    for (const Part& part : parts_of(optimizer, i)) {
      const TensorView* view = checkpoint.find(fmt::format("{}/{}", part.kind, p.name));
      const Shape shape{p.n_rows, p.n_cols};
      if (view == nullptr || view->shape != shape || !(view->dtype == dtype_of<F32>)) {
        return fail(ErrorKind::kBadInput, msg::kAnotherRun, path);
      }
      std::memcpy(part.values->data(), view->data, part.values->size() * sizeof(float));
    }
  }
  TRY(checkpoint.check_files());
  optimizer.set_n_steps(std::atoll(std::string(metadata.get_string("optimizer_steps").value_or("0")).c_str()));
  return metadata;
}

}  // namespace ondol
