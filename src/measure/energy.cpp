#include "measure/energy.h"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string>

namespace ondol {
namespace {

namespace fs = std::filesystem;

constexpr double kLookEvery_s = 0.5;
constexpr double kJoulesPerMicrowattHour = 3600e-6;

// The first line of a file; empty when it cannot be read.
std::string read_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::optional<int64_t> read_number(const fs::path& path) {
  const std::string line = read_line(path);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end == line.data()) return std::nullopt;
  return number;
}

// Folders below `folder`, by name; none when there is no such folder.
std::vector<fs::path> folders(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    found.push_back(it->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// "intel-rapl:0", not "intel-rapl:0:0", a domain inside it, nor "intel-rapl-mmio:0", the same counter read another way.
bool is_package(const fs::path& zone) {
  const std::string name = zone.filename();
  return name.starts_with("intel-rapl:") && std::count(name.begin(), name.end(), ':') == 1 &&
         read_line(zone / "name").starts_with("package");
}

// A battery of the system, not of a mouse.
bool is_system_battery(const fs::path& supply) {
  return read_line(supply / "type") == "Battery" && read_line(supply / "scope") != "Device";
}

bool is_discharging(const fs::path& battery) { return read_line(battery / "status") == "Discharging"; }

// Watts it gives.  Drivers do not agree on the sign.
std::optional<double> battery_power_w(const fs::path& battery) {
  if (const auto power_uw = read_number(battery / "power_now")) return std::abs(static_cast<double>(*power_uw)) * 1e-6;
  const auto current_ua = read_number(battery / "current_now"), voltage_uv = read_number(battery / "voltage_now");
  if (!current_ua || !voltage_uv) return std::nullopt;
  return std::abs(static_cast<double>(*current_ua)) * 1e-6 * static_cast<double>(*voltage_uv) * 1e-6;
}

// Joules left in it.
std::optional<double> battery_stored_j(const fs::path& battery) {
  if (const auto energy_uwh = read_number(battery / "energy_now")) {
    return static_cast<double>(*energy_uwh) * kJoulesPerMicrowattHour;
  }
  const auto charge_uah = read_number(battery / "charge_now"), voltage_uv = read_number(battery / "voltage_now");
  if (!charge_uah || !voltage_uv) return std::nullopt;
  return static_cast<double>(*charge_uah) * static_cast<double>(*voltage_uv) * 1e-6 * kJoulesPerMicrowattHour;
}

}  // namespace

EnergyMeter::EnergyMeter(const fs::path& sys_class, double (*clock)()) : clock_(clock) {
  bool forbidden = false;
  for (const fs::path& zone : folders(sys_class / "powercap")) {
    if (!is_package(zone)) continue;
    const auto range_uj = read_number(zone / "max_energy_range_uj");
    if (range_uj && read_number(zone / "energy_uj")) packages_.push_back({zone / "energy_uj", *range_uj});
    else forbidden = true;
  }
  // One socket of two would be half the truth.
  if (forbidden) packages_.clear();
  if (!packages_.empty()) {
    source_ = EnergySource::kRapl;
    return;
  }
  for (const fs::path& supply : folders(sys_class / "power_supply")) {
    const bool tells = battery_power_w(supply) || battery_stored_j(supply);
    if (is_system_battery(supply) && is_discharging(supply) && tells) batteries_.push_back({supply});
  }
  if (!batteries_.empty()) source_ = EnergySource::kBattery;
  else if (forbidden) source_ = EnergySource::kForbidden;
}

void EnergyMeter::start() {
  joules_ = 0;
  take();
  if (joules_) joules_ = 0;
}

void EnergyMeter::update() {
  if (joules_ && clock_() - last_s_ >= kLookEvery_s) take();
}

std::optional<double> EnergyMeter::joules() {
  if (joules_) take();
  return joules_;
}

void EnergyMeter::take() {
  std::optional<double> used;
  if (source_ == EnergySource::kRapl) used = packages_since_last();
  if (source_ == EnergySource::kBattery) used = batteries_since_last();
  last_s_ = clock_();
  if (used) *joules_ += *used;
  else joules_.reset();
}

std::optional<double> EnergyMeter::packages_since_last() {
  double joules = 0;
  for (Package& package : packages_) {
    const auto now_uj = read_number(package.energy_uj);
    if (!now_uj) return std::nullopt;
    const bool started_again = *now_uj < package.last_uj;
    joules += 1e-6 * (static_cast<double>(*now_uj) - static_cast<double>(package.last_uj) +
                      (started_again ? static_cast<double>(package.range_uj) : 0));
    package.last_uj = *now_uj;
  }
  return joules;
}

std::optional<double> EnergyMeter::batteries_since_last() {
  double joules = 0;
  for (Battery& battery : batteries_) {
    if (!is_discharging(battery.folder)) return std::nullopt;
    const auto power_w = battery_power_w(battery.folder);
    const auto stored_j = power_w ? std::nullopt : battery_stored_j(battery.folder);
    if (power_w) joules += (battery.last_w + *power_w) / 2 * (clock_() - last_s_);
    else if (stored_j) joules += battery.last_stored_j - *stored_j;
    else return std::nullopt;
    battery.last_w = power_w.value_or(0);
    battery.last_stored_j = stored_j.value_or(0);
  }
  return joules;
}

double process_cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace ondol
