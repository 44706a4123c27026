// Energy this machine uses, from a counter of the processor or from a battery's gauge.
//
//   RAPL     powercap/intel-rapl:N/energy_uj of every domain named "package-…": microjoules of a socket's cores, caches
//            and graphics, its memory chips not.  The counter starts again at 0 behind max_energy_range_uj.  Domains
//            inside a package (core, uncore) and around it (psys) would count it twice and are left out.  AMD
//            processors stand under the same names.
//   battery  power_supply/*: what the batteries of the system give while they discharge: the whole device, screen and
//            all.  Power times time where a gauge tells the power, else the charge that went away, which many gauges
//            tell in steps of several seconds' worth.
// Source: Linux, Documentation/power/powercap/powercap.rst and Documentation/ABI/testing/sysfs-class-power.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace ondol {

enum class EnergySource {
  kNone,
  kForbidden,  // there is a RAPL counter, but this user may not read it
  kRapl,
  kBattery,
};

// Owned by one thread.
class EnergyMeter {
 public:
  // `sys_class` stands for /sys/class, `clock` for the time; both for tests.
  explicit EnergyMeter(const std::filesystem::path& sys_class = "/sys/class", double (*clock)() = now_s);

  EnergySource source() const { return source_; }

  void start();
  // Takes in what was used since the last call.  A counter that starts again is followed only once between two calls,
  // and it may start again every minute: call it in long work now and then; it looks at most twice a second.
  void update();
  // Joules since start().  Nothing when there is no source, or it vanished, was forbidden or began to charge meanwhile.
  std::optional<double> joules();

 private:
  struct Package {
    std::filesystem::path energy_uj;
    int64_t range_uj;
    int64_t last_uj = 0;
  };
  struct Battery {
    std::filesystem::path folder;
    double last_w = 0, last_stored_j = 0;
  };
  // What was used since the last reading, joules.
  std::optional<double> packages_since_last();
  std::optional<double> batteries_since_last();
  void take();

  double (*clock_)();
  EnergySource source_ = EnergySource::kNone;
  std::vector<Package> packages_;
  std::vector<Battery> batteries_;
  double last_s_ = 0;
  std::optional<double> joules_;
};

// What one token costs beside time.
struct TokenCost {
  double cpu_s = 0;         // processor time of all threads, their waiting for each other included
  double read_bytes = 0;    // weights and cache that must be read (measure/traffic.h)
  std::optional<double> j;  // energy of the whole machine meanwhile; nothing where no meter tells it

  // Nothing where no meter tells, or it moved too little.
  std::optional<double> tokens_per_j() const { return j && *j > 0 ? std::optional(1 / *j) : std::nullopt; }
};

// Seconds of processor time this process has used, its threads together.
double process_cpu_s();

}  // namespace ondol
