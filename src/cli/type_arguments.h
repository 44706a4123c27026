// The types that shrinking chooses from, as `shrink` and `specialise` take them.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "tensor/dtype.h"

namespace ondol {

struct TypeArguments {
  std::vector<std::string> types;
  bool compat = false;
};

// --types and --compat.
void declare_types(Options& options, TypeArguments& args);

// The types to choose from; empty: all.  Fails with kUsage.
Result<std::vector<DType>> types_of(const TypeArguments& args);

}  // namespace ondol
