// What `shrink` reads and says about pruning.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/console.h"
#include "cli/options.h"
#include "compress/prune_comparison.h"

namespace ondol {

struct PruneArguments {
  std::string layers, ffn;

  bool is_given() const { return !layers.empty() || !ffn.empty(); }
};

// --layers and --ffn.
void declare_prune(Options& options, PruneArguments& args);

// What they ask of `model`, without a repair.  Fails with kUsage, or as check_prunable().
Result<PruneOptions> prune_options(const PruneArguments& args, const ImportedModel& model, const std::string& name);

void print_prune(const PruneReport& report, const PruneComparison& comparison, Console& console);
nlohmann::ordered_json prune_json(const PruneReport& report, const PruneComparison& comparison);

}  // namespace ondol
