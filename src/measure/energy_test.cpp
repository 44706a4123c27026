#include "measure/energy.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

double g_now_s = 0;
double fake_clock() { return g_now_s; }

// A tree like /sys/class.
class FakeSystem {
 public:
  void set(const std::string& file, std::string_view text) {
    fs::create_directories(fs::path(folder_.path(file)).parent_path());
    folder_.write(file, std::string(text) + "\n");
  }
  void set(const std::string& file, int64_t value) { set(file, std::to_string(value)); }
  void add_domain(const std::string& zone, std::string_view name, int64_t energy_uj, int64_t range_uj = 262143328850) {
    set("powercap/" + zone + "/name", name);
    set("powercap/" + zone + "/energy_uj", energy_uj);
    set("powercap/" + zone + "/max_energy_range_uj", range_uj);
  }
  void add_battery(const std::string& name, std::string_view status) {
    set("power_supply/" + name + "/type", "Battery");
    set("power_supply/" + name + "/status", status);
  }
  void remove(const std::string& file) { fs::remove_all(folder_.path(file)); }
  // A file that is there and cannot be read, for root neither.
  void make_unreadable(const std::string& file) {
    remove(file);
    fs::create_directories(folder_.path(file));
  }
  EnergyMeter meter() const { return EnergyMeter(folder_.path(""), fake_clock); }

 private:
  TestFolder folder_;
};

TEST(Energy, HasNoSourceWhereThereIsNone) {
  FakeSystem system;
  EnergyMeter meter = system.meter();
  EXPECT_EQ(meter.source(), EnergySource::kNone);
  meter.start();
  EXPECT_EQ(meter.joules(), std::nullopt);
}

TEST(Energy, AddsThePackagesAndNothingInsideOrAroundThem) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 1'000'000);
  system.add_domain("intel-rapl:0:0", "core", 500'000);
  system.add_domain("intel-rapl:1", "package-1", 2'000'000);
  system.add_domain("intel-rapl:2", "psys", 9'000'000);
  system.add_domain("intel-rapl-mmio:0", "package-0", 1'000'000);
  EnergyMeter meter = system.meter();
  EXPECT_EQ(meter.source(), EnergySource::kRapl);
  meter.start();
  system.add_domain("intel-rapl:0", "package-0", 4'000'000);
  system.add_domain("intel-rapl:0:0", "core", 2'500'000);
  system.add_domain("intel-rapl:1", "package-1", 2'500'000);
  system.add_domain("intel-rapl:2", "psys", 99'000'000);
  system.add_domain("intel-rapl-mmio:0", "package-0", 4'000'000);
  EXPECT_DOUBLE_EQ(meter.joules().value(), 3.5);
}

TEST(Energy, FollowsACounterThatStartsAgain) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 9'000'000, 10'000'000);
  EnergyMeter meter = system.meter();
  meter.start();
  system.add_domain("intel-rapl:0", "package-0", 2'000'000, 10'000'000);
  g_now_s += 1;
  meter.update();
  system.add_domain("intel-rapl:0", "package-0", 1'000'000, 10'000'000);
  EXPECT_DOUBLE_EQ(meter.joules().value(), 3 + 9);
}

TEST(Energy, CountsFromStartAnew) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 1'000'000);
  EnergyMeter meter = system.meter();
  meter.start();
  system.add_domain("intel-rapl:0", "package-0", 5'000'000);
  meter.start();
  system.add_domain("intel-rapl:0", "package-0", 5'250'000);
  EXPECT_DOUBLE_EQ(meter.joules().value(), 0.25);
}

TEST(Energy, IsNotAvailableOnceACounterVanishes) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 1'000'000);
  EnergyMeter meter = system.meter();
  meter.start();
  system.remove("powercap/intel-rapl:0/energy_uj");
  EXPECT_EQ(meter.joules(), std::nullopt);
  system.add_domain("intel-rapl:0", "package-0", 2'000'000);
  EXPECT_EQ(meter.joules(), std::nullopt);
  meter.start();
  system.add_domain("intel-rapl:0", "package-0", 3'000'000);
  EXPECT_DOUBLE_EQ(meter.joules().value(), 1);
}

TEST(Energy, SaysThatTheCounterMayNotBeRead) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 1'000'000);
  system.add_domain("intel-rapl:1", "package-1", 1'000'000);
  system.make_unreadable("powercap/intel-rapl:1/energy_uj");
  EnergyMeter meter = system.meter();
  EXPECT_EQ(meter.source(), EnergySource::kForbidden);
  meter.start();
  EXPECT_EQ(meter.joules(), std::nullopt);
}

TEST(Energy, TakesABatteryWhenTheCounterMayNotBeRead) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 1'000'000);
  system.make_unreadable("powercap/intel-rapl:0/energy_uj");
  system.add_battery("BAT0", "Discharging");
  system.set("power_supply/BAT0/power_now", 8'000'000);
  EXPECT_EQ(system.meter().source(), EnergySource::kBattery);
}

TEST(Energy, RefusesACounterThatIsNoNumber) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 0);
  system.set("powercap/intel-rapl:0/energy_uj", "much");
  EXPECT_EQ(system.meter().source(), EnergySource::kForbidden);
}

TEST(Energy, IsABatterysPowerTimesTime) {
  FakeSystem system;
  system.add_battery("BAT0", "Discharging");
  system.set("power_supply/BAT0/power_now", 6'000'000);
  system.add_battery("BAT1", "Discharging");
  system.set("power_supply/BAT1/current_now", -500'000);
  system.set("power_supply/BAT1/voltage_now", 12'000'000);
  EnergyMeter meter = system.meter();
  EXPECT_EQ(meter.source(), EnergySource::kBattery);
  meter.start();
  g_now_s += 2;
  system.set("power_supply/BAT0/power_now", 10'000'000);
  EXPECT_DOUBLE_EQ(meter.joules().value(), 2 * 8 + 2 * 6);
}

TEST(Energy, IsWhatLeftABatteryThatTellsNoPower) {
  FakeSystem system;
  system.add_battery("BAT0", "Discharging");
  system.set("power_supply/BAT0/energy_now", 50'000'000);
  system.add_battery("BAT1", "Discharging");
  system.set("power_supply/BAT1/charge_now", 4'000'000);
  system.set("power_supply/BAT1/voltage_now", 10'000'000);
  EnergyMeter meter = system.meter();
  meter.start();
  system.set("power_supply/BAT0/energy_now", 49'990'000);
  system.set("power_supply/BAT1/charge_now", 3'999'000);
  EXPECT_NEAR(meter.joules().value(), 36 + 36, 1e-6);
}

TEST(Energy, IsNotABatterysThatChargesOrIsAMouses) {
  FakeSystem system;
  system.add_battery("BAT0", "Charging");
  system.set("power_supply/BAT0/power_now", 6'000'000);
  system.add_battery("hidpp_battery_0", "Discharging");
  system.set("power_supply/hidpp_battery_0/scope", "Device");
  system.set("power_supply/hidpp_battery_0/power_now", 6'000'000);
  EXPECT_EQ(system.meter().source(), EnergySource::kNone);
}

TEST(Energy, IsNotAvailableOnceTheBatteryCharges) {
  FakeSystem system;
  system.add_battery("BAT0", "Discharging");
  system.set("power_supply/BAT0/power_now", 6'000'000);
  EnergyMeter meter = system.meter();
  meter.start();
  system.set("power_supply/BAT0/status", "Charging");
  EXPECT_EQ(meter.joules(), std::nullopt);
}

TEST(Energy, LooksAtMostTwiceASecond) {
  FakeSystem system;
  system.add_domain("intel-rapl:0", "package-0", 1'000'000);
  EnergyMeter meter = system.meter();
  meter.start();
  system.remove("powercap/intel-rapl:0/energy_uj");
  g_now_s += 0.25;
  meter.update();
  system.add_domain("intel-rapl:0", "package-0", 2'000'000);
  EXPECT_DOUBLE_EQ(meter.joules().value(), 1);
}

TEST(ProcessTime, GrowsWithWork) {
  const double start = process_cpu_s();
  volatile double x = 1;
  while (process_cpu_s() - start < 1e-3) x = x * 1.0000001;
  EXPECT_GT(process_cpu_s(), start);
}

}  // namespace
}  // namespace ondol
