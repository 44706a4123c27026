// Log lines for developers, on standard error.  What a user has to know is no log line but an Error or a Message.
//
// ONDOL_LOG=debug|info|warning|off chooses the level; warning without it.  Never logs prompt text.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace ondol {

enum class LogLevel { kDebug, kInfo, kWarning };

// Any thread.
bool log_enabled(LogLevel level);
void write_log(LogLevel level, std::string_view line);

// Formats only when the level is on:  log_line(LogLevel::kDebug, "repacked {} in {} ms", name, ms);
template <class... Args>
void log_line(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(level)) write_log(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ondol
