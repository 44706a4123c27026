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

constexpr int64_t kHugePageBytes = 2 << 20;

int64_t read_number(const char* path, int64_t otherwise) {
  std::ifstream file(path);
  int64_t value = 0;
  return file >> value ? value : otherwise;
}

// A value of /proc/meminfo or /proc/self/status in bytes; they print "Name:   123 kB".
int64_t proc_kilobytes(const char* path, std::string_view name, int64_t otherwise) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return std::strtoll(line.c_str() + name.size(), nullptr, 10) * 1024;
  }
  return otherwise;
}

}  // namespace

int64_t available_memory_bytes() {
  constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();
  int64_t available = proc_kilobytes("/proc/meminfo", "MemAvailable:", kUnlimited);
  const auto group = [&](const char* limit_path, const char* usage_path) {
    const int64_t limit = read_number(limit_path, kUnlimited);
    if (limit < kUnlimited) available = std::min(available, std::max<int64_t>(0, limit - read_number(usage_path, 0)));
  };
  group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current");
  group("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes");
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
  const auto wanted = static_cast<size_t>(round_up(size_bytes, large ? kHugePageBytes : 4096));
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

}  // namespace ondol
