#include "base/memory.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "base/base_messages.h"
#include "base/checked_math.h"

namespace ondol {
namespace {

constexpr int64_t kPageBytes = 4096;
constexpr int64_t kHugePageBytes = 2 << 20;
constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

int64_t read_number(const std::string& path, int64_t otherwise) {
  std::ifstream file(path);
  int64_t value = 0;
  return file >> value ? value : otherwise;
}

// The number behind `name` in a file of lines "Name:   123 kB" or "name 123".
int64_t named_number(const std::string& path, std::string_view name, int64_t otherwise) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return std::strtoll(line.c_str() + name.size(), nullptr, 10);
  }
  return otherwise;
}

int64_t proc_kilobytes(const char* path, std::string_view name, int64_t otherwise) {
  const int64_t value = named_number(path, name, -1);
  return value < 0 ? otherwise : value * 1024;
}

// How one version of cgroups shows a group's memory.  v1 sums over a group and those below it under "total_".
struct GroupFiles {
  const char *root, *line;  // of /proc/self/cgroup, up to the group's path
  const char *limit, *usage, *inactive, *active;
};
constexpr GroupFiles kGroupVersions[] = {
    {"/sys/fs/cgroup", "0::", "memory.max", "memory.current", "inactive_file ", "active_file "},
    {"/sys/fs/cgroup/memory", ":memory:", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ",
     "total_active_file "},
};

// The path of this process's group, "" for the outermost one or when there is none.
std::string own_group(const GroupFiles& files) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t at = line.find(files.line);
    if (at != std::string::npos) return line.substr(at + std::string_view(files.line).size());
  }
  return "";
}

// What the limits of this process's group, and of the groups around it, leave.
int64_t left_in_groups(const GroupFiles& files) {
  int64_t left = kUnlimited;
  for (std::string path = own_group(files);; path.resize(path.rfind('/'))) {
    const std::string folder = files.root + (path == "/" ? "" : path) + "/";
    const int64_t limit = read_number(folder + files.limit, kUnlimited);
    if (limit < kUnlimited) {
      const int64_t cached = named_number(folder + "memory.stat", files.inactive, 0) +
                             named_number(folder + "memory.stat", files.active, 0);
      left = std::min(left, std::max<int64_t>(0, limit - read_number(folder + files.usage, 0) + cached));
    }
    if (path.find('/') == std::string::npos) return left;
  }
}

}  // namespace

int64_t available_memory_bytes() {
  int64_t available = proc_kilobytes("/proc/meminfo", "MemAvailable:", kUnlimited);
  for (const GroupFiles& files : kGroupVersions) available = std::min(available, left_in_groups(files));
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    const int64_t used = proc_kilobytes("/proc/self/status", "VmSize:", 0);
    available = std::min(available, std::max<int64_t>(0, static_cast<int64_t>(limit.rlim_cur) - used));
  }
  return available;
}

Status check_memory(std::string_view what, int64_t size_bytes) {
  const int64_t available = available_memory_bytes();
  if (size_bytes > available) return fail(ErrorKind::kOutOfMemory, msg::kNotEnoughMemory, what, size_bytes, available);
  return ok();
}

void Buffer::Unmap::operator()(uint8_t* memory) const { munmap(memory, static_cast<size_t>(size_bytes)); }

Result<Buffer> Buffer::allocate(std::string_view what, int64_t size_bytes) {
  TRY(check_memory(what, size_bytes));
  Buffer buffer;
  if (size_bytes == 0) return buffer;
  // Small buffers take whole pages; large ones are cut out of a larger mapping at a huge-page boundary.
  const bool large = size_bytes >= kHugePageBytes;
  const auto wanted = static_cast<size_t>(round_up(size_bytes, large ? kHugePageBytes : kPageBytes));
  const size_t mapped = large ? wanted + kHugePageBytes : wanted;
  void* base = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) {
    return fail(ErrorKind::kOutOfMemory, msg::kNotEnoughMemory, what, size_bytes, available_memory_bytes());
  }
  auto* start = static_cast<uint8_t*>(base);
  if (large) {
    const auto address = reinterpret_cast<uintptr_t>(base);
    const size_t skipped = (kHugePageBytes - address % kHugePageBytes) % kHugePageBytes;
    if (skipped > 0) munmap(start, skipped);
    if (skipped < static_cast<size_t>(kHugePageBytes)) munmap(start + skipped + wanted, kHugePageBytes - skipped);
    start += skipped;
    madvise(start, wanted, MADV_HUGEPAGE);
  }
  buffer.memory_ = {start, Unmap{static_cast<int64_t>(wanted)}};
  buffer.size_bytes_ = size_bytes;
  return buffer;
}

int64_t Buffer::granule_bytes(int64_t size_bytes) {
  static const bool never_huge = [] {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string choices;
    return !std::getline(file, choices) || choices.find("[never]") != std::string::npos;
  }();
  return size_bytes >= kHugePageBytes && !never_huge ? kHugePageBytes : kPageBytes;
}

Result<Buffer> Buffer::reserve(std::string_view what, int64_t size_bytes) {
  Buffer buffer;
  if (size_bytes == 0) return buffer;
  void* base = mmap(nullptr, static_cast<size_t>(size_bytes), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
  if (base == MAP_FAILED) {
    return fail(ErrorKind::kOutOfMemory, msg::kNotEnoughMemory, what, size_bytes, available_memory_bytes());
  }
  buffer.memory_ = {static_cast<uint8_t*>(base), Unmap{size_bytes}};
  buffer.size_bytes_ = size_bytes;
  return buffer;
}

}  // namespace ondol
