#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdlib>

namespace ondol {
namespace {

spdlog::level::level_enum level_from_environment() {
  const char* value = std::getenv("ONDOL_LOG");
  const std::string_view level = value ? value : "warning";
  if (level == "debug") return spdlog::level::debug;
  if (level == "info") return spdlog::level::info;
  if (level == "off") return spdlog::level::off;
  return spdlog::level::warn;
}

spdlog::logger& logger() {
  static spdlog::logger* const kept = [] {  // never destroyed: threads may log while the process ends
    auto* made = new spdlog::logger("ondol", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_level(level_from_environment());
    made->set_pattern("%H:%M:%S.%e %l %v");
    return made;
  }();
  return *kept;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      break;
  }
  return spdlog::level::warn;
}

}  // namespace

bool log_enabled(LogLevel level) { return logger().should_log(to_spdlog(level)); }
void write_log(LogLevel level, std::string_view line) { logger().log(to_spdlog(level), line); }

}  // namespace ondol
