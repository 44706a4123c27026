// What a model has to keep to, as `plan` and `shrink` read it: --ram, --tps and --device.
#pragma once

#include <optional>
#include <string>

#include "cli/options.h"
#include "measure/device.h"
#include "measure/fit.h"

namespace ondol {

struct GoalArguments {
  std::string ram, device;
  double tokens_per_s = 0;

  bool is_given() const { return !ram.empty() || tokens_per_s > 0; }
};

void declare_goal(Options& options, GoalArguments& goal);

// Fails with kUsage for a size or speed that is none.
Status check_goal(const GoalArguments& goal);

// The device of --device, or nothing where it is not given.  Fails with kBadInput or as read_text_file() does.
Result<std::optional<Device>> read_device(const GoalArguments& goal);

// Memory that is not given with --ram is `ram_bytes`.  Fails as check_goal() does.
Result<Goal> read_goal(const GoalArguments& goal, int64_t ram_bytes);

}  // namespace ondol
