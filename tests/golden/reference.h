// What the golden tests share: a reference folder, and computing its model's logits as a device would.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/kernels.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

struct Reference {
  std::vector<TokenId> tokens;
  std::vector<int64_t> positions;  // where logits are kept; all of them without a positions.json
  std::vector<float> logits;       // [n_positions, vocab]
};

Reference read_reference(const std::string& folder);
// The sorted names of the folders in `parent`.
std::vector<std::string> folder_names(const std::string& parent);

struct LogitOptions {
  const char* type = nullptr;  // matrices are converted to it on the way; null: as stored
  KvType kv_type = KvType::kF32;
  int64_t chunk = 0;              // tokens of one step; 0: all
  Layout layout = Layout::kFile;  // of the file written
  bool low_memory = false;        // matrices are left in it
  // What is done to the model before it runs; null: nothing.
  std::function<Status(Model&)> prepare = nullptr;
  const Kernels* kernel = nullptr;  // the table that computes; null: the process's
};

// Imports the folder, writes it as GGUF, loads that and runs the tokens.  Logits [n_positions, vocab]; empty when
// anything fails.
std::vector<float> compute_logits(const std::string& folder, const Reference& reference, const LogitOptions& options);

// The same of a loaded model.
std::vector<float> logits_of(const Model& model, const Reference& reference, const LogitOptions& options);

// Runs `compute` in a child process that uses the table `isa` (a process keeps the table it chose first), and returns
// the `n` floats it gives; empty when it gave another number of them.
std::vector<float> in_child(const char* isa, size_t n, const std::function<std::vector<float>()>& compute);

// The largest difference of two elements, NaN where there is one.
float max_difference(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace ondol
