// Device: what a plan has to know of a machine, this one or one that is not here.
//
// As a file, a JSON object.  Required are `ram_bytes` (what the run may take, all of it), `cores` and `read_gb_s` (1e9
// bytes a second that all cores together read from memory); optional `name`, `isa` (a kernel table's name),
// `int8_gop_s` (1e9 8-bit multiplications and additions a second, all cores together) and `f32_gflop_s`.  Unknown keys
// are errors.  `ondol plan --json` prints this machine's.
#pragma once

#include <string>
#include <string_view>

#include "measure/limits.h"
#include "measure/speed_probe.h"

namespace ondol {

struct Device {
  std::string name{};
  int64_t ram_bytes = 0;
  int n_cores = 1;
  std::string isa{};
  MachineLimits limits{};  // of all cores; 0 where not known
};

// Fails with kBadInput, naming `file` and the key.
Result<Device> parse_device(std::string_view file, std::string_view json);
std::string device_json(const Device& device);

// This machine: its free memory and what `pool`'s threads reach.  Takes a second.  Fails with kOutOfMemory.
Result<Device> probe_device(ThreadPool& pool);

// What a run would take there.  Rougher than probe_speed(): shares of the device's limits that were measured on one
// machine.  prefill_s is 0 where the device's int8 peak is not known.
SpeedPlan estimate_speed(const Model& outline, const PlannedRun& run, const Device& device);

}  // namespace ondol
