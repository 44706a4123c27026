#include "cli/goal_arguments.h"

#include "cli/arguments.h"
#include "cli/plan_messages.h"

namespace ondol {

void declare_goal(Options& options, GoalArguments& goal) {
  options.add("--ram", goal.ram, help_text(msg::kPlanRamOption)).placeholder("SIZE");
  options.add("--tps", goal.tokens_per_s, help_text(msg::kPlanSpeedOption)).placeholder("X");
  options.add("--device", goal.device, help_text(msg::kPlanDeviceOption)).placeholder("FILE");
}

Status check_goal(const GoalArguments& goal) {
  if (!goal.ram.empty()) TRY(parse_bytes("--ram", goal.ram));
  return check_number("--tps", goal.tokens_per_s, 0.0, 1e9);
}

Result<std::optional<Device>> read_device(const GoalArguments& goal) {
  if (goal.device.empty()) return std::nullopt;
  TRY(const std::string json, read_text_file(goal.device));
  TRY(const Device device, parse_device(goal.device, json));
  return device;
}

Result<Goal> read_goal(const GoalArguments& goal, int64_t ram_bytes) {
  if (!goal.ram.empty()) { TRY(ram_bytes, parse_bytes("--ram", goal.ram)); }
  return Goal{ram_bytes, goal.tokens_per_s};
}

}  // namespace ondol
