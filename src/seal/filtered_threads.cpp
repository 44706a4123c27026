#include "seal/filtered_threads.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace ondol {
namespace {

bool is_filtered(const std::filesystem::path& status) {
  std::ifstream file(status);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Seccomp:")) return line.ends_with("\t2");  // SECCOMP_MODE_FILTER
  }
  return false;
}

}  // namespace

ThreadCount count_filtered_threads() {
  ThreadCount count;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/task", error), end; !error && entry != end;
       entry.increment(error)) {
    ++count.all;
    count.filtered += is_filtered(entry->path() / "status");
  }
  return count;
}

}  // namespace ondol
