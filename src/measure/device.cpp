#include "measure/device.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/memory.h"
#include "kernel/dispatch.h"
#include "measure/measure_messages.h"
#include "measure/traffic.h"

namespace ondol {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kIsaNames = {"scalar", "avx2", "avxvnni", "avx512", "amx", "neon", "dotprod", "i8mm"};
constexpr double kMostBytes = 1e15, kMostRate = 1e9;

// Shares of a machine's limits that the kernels reach, and what a loop over threads costs: docs/bench.md, Q4_0, Q4_K,
// Q8_0 and the grid types on the llama-3.2-1b shape, an Intel Xeon with AMX.  Attention's is what takes its prefill from
// 442 tokens/s for 512 tokens to 379 for 2048.
constexpr double kReadShare = 0.80;
constexpr double kUnpackShare = 0.12;
constexpr double kPrefillShare = 0.48;
constexpr double kAttentionShare = 1.0;
constexpr double kLoopSeconds = 5e-6;
constexpr int kLoopsPerLayer = 7;

// One number of the object: whether it was there, and in (0, most].
Status read_number(std::string_view file, const Json& object, const char* key, bool required, double most,
                   double& value) {
  const auto found = object.find(key);
  if (found == object.end()) {
    return required ? Status(fail(ErrorKind::kBadInput, msg::kDeviceLacks, file, key)) : ok();
  }
  if (!found->is_number()) return fail(ErrorKind::kBadInput, msg::kDeviceNotANumber, file, key);
  value = found->get<double>();
  if (value > 0 && value <= most) return ok();
  return fail(ErrorKind::kBadInput, msg::kDeviceOutOfRange, file, key, value, most);
}

Status read_text(std::string_view file, const Json& object, const char* key, std::string& value) {
  const auto found = object.find(key);
  if (found == object.end()) return ok();
  if (!found->is_string()) return fail(ErrorKind::kBadInput, msg::kDeviceNotAText, file, key);
  value = found->get<std::string>();
  return ok();
}

}  // namespace

Result<Device> parse_device(std::string_view file, std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return fail(ErrorKind::kBadInput, msg::kDeviceNotAnObject, file);
  constexpr std::array kKeys = {"name", "isa", "ram_bytes", "cores", "read_gb_s", "int8_gop_s", "f32_gflop_s"};
  for (const auto& entry : object.items()) {
    if (std::find(kKeys.begin(), kKeys.end(), entry.key()) != kKeys.end()) continue;
    return fail(ErrorKind::kBadInput, msg::kDeviceUnknownKey, file, entry.key());
  }
  Device device;
  double ram = 0, cores = 0;
  TRY(read_text(file, object, "name", device.name));
  TRY(read_text(file, object, "isa", device.isa));
  TRY(read_number(file, object, "ram_bytes", true, kMostBytes, ram));
  TRY(read_number(file, object, "cores", true, 1024, cores));
  TRY(read_number(file, object, "read_gb_s", true, kMostRate, device.limits.read_gb_s));
  TRY(read_number(file, object, "int8_gop_s", false, kMostRate, device.limits.int8_gop_s));
  TRY(read_number(file, object, "f32_gflop_s", false, kMostRate, device.limits.f32_gflop_s));
  if (cores != std::floor(cores))
    return fail(ErrorKind::kBadInput, msg::kDeviceOutOfRange, file, "cores", cores, 1024.0);
  if (!device.isa.empty() && std::find(kIsaNames.begin(), kIsaNames.end(), device.isa) == kIsaNames.end()) {
    std::string names;
    for (const char* name : kIsaNames) names += (names.empty() ? "" : ", ") + std::string(name);
    return fail(ErrorKind::kBadInput, msg::kDeviceUnknownIsa, file, device.isa, names);
  }
  device.ram_bytes = static_cast<int64_t>(ram);
  device.n_cores = static_cast<int>(cores);
  return device;
}

std::string device_json(const Device& device) {
  Json object;
  if (!device.name.empty()) object["name"] = device.name;
  object["ram_bytes"] = device.ram_bytes;
  object["cores"] = device.n_cores;
  if (!device.isa.empty()) object["isa"] = device.isa;
  object["read_gb_s"] = device.limits.read_gb_s;
  if (device.limits.int8_gop_s > 0) object["int8_gop_s"] = device.limits.int8_gop_s;
  if (device.limits.f32_gflop_s > 0) object["f32_gflop_s"] = device.limits.f32_gflop_s;
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

SpeedPlan estimate_speed(const Model& outline, const PlannedRun& run, const Device& device) {
  const double share = std::min(1.0, static_cast<double>(run.n_threads) / device.n_cores);
  const double int8_per_s = 1e9 * device.limits.int8_gop_s * share;
  const double f32_per_s = 1e9 * device.limits.f32_gflop_s * share;
  const double read_per_s = 1e9 * device.limits.read_gb_s * kReadShare;
  const auto head = static_cast<double>(outline.output.matrix.n_rows * outline.output.matrix.n_cols);
  SpeedPlan plan;

  // decode: bytes, and what a core cannot unpack as fast as they come
  const auto read_s = [&](int64_t position) {
    return static_cast<double>(step_read_bytes(outline, run.kv_type, 1, position)) / read_per_s;
  };
  const double unpack_s =
      int8_per_s > 0 ? 2 * (step_products(outline, outline.hp.n_layers, 1) + head) / (int8_per_s * kUnpackShare) : 0;
  const double loops_s = kLoopsPerLayer * kLoopSeconds * outline.hp.n_layers;
  plan.decode_empty_s = std::max(read_s(0), unpack_s) + loops_s;
  const int64_t far = std::max<int64_t>(1, run.context_length - 1);
  plan.decode_position_s = (read_s(far) - read_s(0)) / static_cast<double>(far);

  // prefill: products, and attention where the f32 peak is known
  if (int8_per_s == 0) return plan;
  plan.prefill_s =
      2 * (step_products(outline, outline.hp.n_layers, run.n_prompt) + head) / (int8_per_s * kPrefillShare);
  if (f32_per_s > 0)
    plan.prefill_s += 2 * step_attention(outline, outline.hp.n_layers, run.n_prompt, 0) / (f32_per_s * kAttentionShare);
  return plan;
}

Result<Device> probe_device(ThreadPool& pool) {
  const int64_t ram_bytes = available_memory_bytes();
  TRY(LimitsProbe probe, LimitsProbe::create(pool));
  const MachineLimits limits = probe.measure();
  return Device{.ram_bytes = ram_bytes, .n_cores = pool.n_threads(), .isa = kernels().isa, .limits = limits};
}

}  // namespace ondol
