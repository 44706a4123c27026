#include "reference.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/file_map.h"
#include "engine/engine.h"
#include "kernel/dispatch.h"
#include "model/import/import.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

nlohmann::json read_json(const std::string& path) { return nlohmann::json::parse((*FileMap::open(path))->bytes()); }

}  // namespace

Reference read_reference(const std::string& folder) {
  Reference reference;
  for (const int id : read_json(folder + "/tokens.json").get<std::vector<int>>()) {
    reference.tokens.push_back(static_cast<TokenId>(id));
  }
  if (fs::exists(folder + "/positions.json")) {
    reference.positions = read_json(folder + "/positions.json").get<std::vector<int64_t>>();
  } else {
    reference.positions.resize(reference.tokens.size());
    std::iota(reference.positions.begin(), reference.positions.end(), 0);
  }
  const auto logits = *FileMap::open(folder + "/logits.f32");
  reference.logits.resize(logits->bytes().size() / sizeof(float));
  std::memcpy(reference.logits.data(), logits->bytes().data(), logits->bytes().size());
  return reference;
}

std::vector<std::string> folder_names(const std::string& parent) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(parent)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<float> compute_logits(const std::string& folder, const Reference& reference, const LogitOptions& options) {
  ThreadPool pool(2);
  const auto imported = import_model(folder, "");
  if (!imported) return {};
  const std::string path = fs::path(::testing::TempDir()) / ("golden_" + std::to_string(getpid()) + ".gguf");
  const auto dtype = options.type ? find_type(options.type) : std::nullopt;
  if (!write_model(path, *imported, dtype, pool, {.force = true, .layout = options.layout})) return {};
  auto model = load_model(path, pool, {.low_memory = options.low_memory});
  fs::remove(path);
  if (!model || (options.prepare && !options.prepare(*model))) return {};
  return logits_of(*model, reference, options);
}

std::vector<float> logits_of(const Model& model, const Reference& reference, const LogitOptions& options) {
  ThreadPool pool(2);
  // Of long and short rope factors the context decides.
  const auto context_length = static_cast<int64_t>(reference.tokens.size());
  auto engine = Engine::create(
      model, pool, {.context_length = context_length, .kv_type = options.kv_type, .kernel = options.kernel});
  if (!engine) return {};
  const SequenceId sequence = *(*engine)->open();
  const auto vocab_size = static_cast<size_t>(model.hp.vocab_size);
  const std::span<const TokenId> tokens = reference.tokens;
  std::vector<float> all, kept;
  const size_t chunk = options.chunk > 0 ? static_cast<size_t>(options.chunk) : tokens.size();
  for (size_t first = 0; first < tokens.size(); first += chunk) {
    const auto piece = tokens.subspan(first, std::min(chunk, tokens.size() - first));
    const Engine::Input input{sequence, {piece.begin(), piece.end()}, true};
    const auto status = (*engine)->step({&input, 1}, [&](const Engine::Rows& rows) {
      all.insert(all.end(), rows.logits, rows.logits + rows.n_rows * model.hp.vocab_size);
    });
    if (!status) return {};
  }
  if (all.size() != tokens.size() * vocab_size) return {};
  for (const int64_t position : reference.positions) {
    const auto row = all.begin() + position * model.hp.vocab_size;
    kept.insert(kept.end(), row, row + model.hp.vocab_size);
  }
  return kept;
}

std::vector<float> in_child(const char* isa, size_t n, const std::function<std::vector<float>()>& compute) {
  const size_t size_bytes = (n + 1) * sizeof(float);
  void* shared = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return {};
  auto* floats = static_cast<float*>(shared);
  const pid_t child = fork();
  if (child == 0) {
    setenv("ONDOL_ISA", isa, 1);
    const std::vector<float> result = compute();
    if (result.size() == n && std::strcmp(kernels().isa, isa) == 0) {
      std::copy(result.begin(), result.end(), floats);
      floats[n] = 1;
    }
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  std::vector<float> result;
  if (floats[n] == 1) result.assign(floats, floats + n);
  munmap(shared, size_bytes);
  return result;
}

float max_difference(const std::vector<float>& a, const std::vector<float>& b) {
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const float difference = std::abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;  // keeps NaN
  }
  return largest;
}

}  // namespace ondol
