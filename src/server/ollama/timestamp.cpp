#include "server/ollama/timestamp.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>

namespace ondol {

std::string timestamp(int64_t microseconds) {
  const std::time_t seconds = microseconds / 1'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, microseconds % 1'000'000);
}

std::string timestamp_now() { return timestamp_in(0); }

std::string timestamp_in(double seconds) {
  if (!std::isfinite(seconds)) return "9999-12-31T23:59:59Z";
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return timestamp(std::chrono::duration_cast<std::chrono::microseconds>(now).count() +
                   static_cast<int64_t>(1e6 * seconds));
}

}  // namespace ondol
