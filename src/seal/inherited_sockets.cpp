#include "seal/inherited_sockets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

namespace ondol {
namespace {

std::vector<int> open_sockets() {
  std::vector<int> sockets;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    struct stat status {};
    if (fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode)) sockets.push_back(fd);
  }
  return sockets;
}

}  // namespace

std::vector<int> close_inherited_sockets(std::span<const int> kept) {
  std::vector<int> streams;
  for (const int fd : open_sockets()) {
    if (std::find(kept.begin(), kept.end(), fd) != kept.end()) continue;
    if (fd <= STDERR_FILENO) streams.push_back(fd);
    else close(fd);
  }
  return streams;
}

}  // namespace ondol
