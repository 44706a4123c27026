// What `run` and `serve` read about the seal: whether, and how firmly.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "seal/seal.h"

namespace ondol {

struct SealArguments {
  bool sealed = false;
  std::optional<std::string> level;
};

// Declares --sealed and --seal.
void declare_seal(Options& options, SealArguments& args);

// Nothing: no seal is wanted.  --seal alone asks for one, too.  Fails with kUsage for an unknown level.
Result<std::optional<SealLevel>> seal_level(const SealArguments& args);

// Adds `argument` to what a seal lets the process read when it names a file or folder: arguments that take a file may
// take its text, too.
void add_named_file(std::vector<std::string>& readable, const std::string& argument);

}  // namespace ondol
