#include "server/process_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace ondol {

int64_t resident_bytes() {
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[128] = {};
  const ssize_t n = read(file, text, sizeof text - 1);
  close(file);
  long long total = 0, resident = 0;
  if (n <= 0 || std::sscanf(text, "%lld %lld", &total, &resident) != 2) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace ondol
