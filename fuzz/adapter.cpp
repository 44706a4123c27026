// Any bytes as an adapter: an error, or matrices that fit the model, whose numbers are finite, and that survive being
// written down as files keep them.  A flag byte chooses form and family; a PEFT folder's configuration and tensors are
// parted by the first byte 0.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/check.h"
#include "format/gguf_parse.h"
#include "format/safetensors.h"
#include "model/adapter/file_matrices.h"
#include "model/adapter/read_adapter.h"

namespace ondol {
namespace {

// Two layers, four heads of eight.
Hyperparameters small_sizes(const Architecture& arch) {
  Metadata metadata;
  const auto set = [&](const char* key, uint32_t value) { metadata.set_u32(arch.name() + "." + key, value); };
  set("block_count", 2);
  set("embedding_length", 32);
  set("feed_forward_length", 48);
  set("attention.head_count", 4);
  set("attention.head_count_kv", arch.name() == "gpt2" ? 4 : 2);
  set("context_length", 64);
  metadata.set_f32(arch.name() + ".attention.layer_norm_epsilon", 1e-5f);
  metadata.set_f32(arch.name() + ".attention.layer_norm_rms_epsilon", 1e-5f);
  Result<Hyperparameters> hp = read_hyperparameters("fuzz", metadata, arch);
  CHECK(hp.has_value());
  hp->vocab_size = 50;
  return *hp;
}

Result<Adapter> read(bool is_gguf, std::span<const uint8_t> bytes, const Architecture& arch,
                     const Hyperparameters& hp) {
  if (is_gguf) {
    TRY(GgufFile file, parse_gguf("fuzz", bytes));
    const Checkpoint checkpoint{
        .format = "GGUF", .metadata = std::move(file.metadata), .tensors = std::move(file.tensors)};
    return read_gguf_adapter("fuzz", checkpoint, arch, hp);
  }
  const auto end = std::find(bytes.begin(), bytes.end(), uint8_t{0});
  const std::string_view config(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(end - bytes.begin()));
  const auto rest = bytes.subspan(std::min(bytes.size(), config.size() + 1));
  TRY(const Checkpoint tensors, parse_safetensors("fuzz", rest));
  return read_peft_adapter("fuzz", config, tensors, arch, hp);
}

void check(bool is_gguf, std::string_view family, std::span<const uint8_t> bytes) {
  const Architecture& arch = *find_architecture(family);
  const Hyperparameters hp = small_sizes(arch);
  const Result<Adapter> adapter = read(is_gguf, bytes, arch, hp);
  if (!adapter) {
    CHECK(!adapter.error().message.empty());
    return;
  }
  CHECK(!adapter->matrices.empty());
  for (const LowRank& matrix : adapter->matrices) {
    CHECK(matrix.rank > 0 && std::isfinite(matrix.scale));
    CHECK(std::ssize(matrix.a) == matrix.rank * matrix.n_cols && std::ssize(matrix.b) == matrix.n_rows * matrix.rank);
    const auto is_finite = [](float value) { return std::isfinite(value); };
    CHECK(std::all_of(matrix.a.begin(), matrix.a.end(), is_finite));
    CHECK(std::all_of(matrix.b.begin(), matrix.b.end(), is_finite));
  }
  const std::vector<FileMatrix> matrices = file_matrices(arch, hp);
  for (const FileLowRank& low_rank : joined(matrices, *adapter)) {
    CHECK(low_rank.low_rank.n_rows == matrices[low_rank.matrix].n_rows);
  }
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr std::string_view kFamilies[] = {"llama", "gpt2", "phi3"};
  ondol::check(data[0] & 1, kFamilies[data[0] / 2 % 3], {data + 1, size - 1});
  return 0;
}
