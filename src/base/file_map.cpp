// See file_map.h.  The handler may only use what is async-signal-safe, so the maps stand in a fixed table of atomics;
// it replaces everything from the failing page to the map's end at once, because a shrunk file has lost all of it and
// one signal per page would take minutes for a large model.
#include "base/file_map.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <system_error>

#include "base/base_messages.h"

namespace ondol {
namespace {

// More files than a process may open by default (RLIMIT_NOFILE is 1024 soft, 4096 hard on many systems).
constexpr int kMaxMaps = 4096;

struct Slot {
  std::atomic<uintptr_t> begin{0};  // 0: free
  std::atomic<uintptr_t> end{0};
  std::atomic<bool> lost{false};
};
std::array<Slot, kMaxMaps> slots;
std::mutex slots_mutex;  // guards taking and freeing; the handler reads without it
struct sigaction previous_action;
uintptr_t page_bytes;

void pass_on(int signal, siginfo_t* info, void* context) {
  if (previous_action.sa_flags & SA_SIGINFO) return previous_action.sa_sigaction(signal, info, context);
  if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN) {
    return previous_action.sa_handler(signal);
  }
  // Returning repeats the access, which now ends the process as it would have without us.
  sigaction(signal, &previous_action, nullptr);
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  for (Slot& slot : slots) {
    const uintptr_t begin = slot.begin.load(std::memory_order_acquire);
    const uintptr_t end = slot.end.load(std::memory_order_relaxed);
    if (begin == 0 || address < begin || address >= end) continue;
    slot.lost.store(true, std::memory_order_release);
    const uintptr_t page = address & ~(page_bytes - 1);
    void* zeros = mmap(reinterpret_cast<void*>(page), end - page, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    errno = saved_errno;
    if (zeros != MAP_FAILED) return;
    break;
  }
  pass_on(signal, info, context);
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_bytes = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous_action);
  });
}

// The slot's number, or -1 when the table is full.
int take_slot(const void* data, int64_t size_bytes) {
  const std::lock_guard lock(slots_mutex);
  for (int i = 0; i < kMaxMaps; ++i) {
    Slot& slot = slots[static_cast<size_t>(i)];
    if (slot.begin.load(std::memory_order_relaxed) != 0) continue;
    const auto begin = reinterpret_cast<uintptr_t>(data);
    slot.lost.store(false, std::memory_order_relaxed);
    slot.end.store(begin + static_cast<uintptr_t>(size_bytes), std::memory_order_relaxed);
    slot.begin.store(begin, std::memory_order_release);
    return i;
  }
  return -1;
}

void free_slot(int slot) {
  const std::lock_guard lock(slots_mutex);
  slots[static_cast<size_t>(slot)].begin.store(0, std::memory_order_release);
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

Result<std::shared_ptr<const FileMap>> FileMap::open(const std::string& path) {
  const std::shared_ptr<FileMap> map(new FileMap);
  map->path_ = path;
  // O_NONBLOCK: a named pipe is refused below instead of waited for.
  map->fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (map->fd_ < 0) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    return fail(absent ? ErrorKind::kBadInput : ErrorKind::kIo, msg::kCannotOpen, path, reason(errno));
  }
  struct stat status {};
  if (fstat(map->fd_, &status) != 0) return fail(ErrorKind::kIo, msg::kCannotRead, path, reason(errno));
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::kBadInput, msg::kNotARegularFile, path);
  if (status.st_size == 0) return map;

  install_handler();
  void* data = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_SHARED, map->fd_, 0);
  if (data == MAP_FAILED) return fail(ErrorKind::kIo, msg::kCannotRead, path, reason(errno));
  map->data_ = static_cast<const uint8_t*>(data);
  map->size_bytes_ = status.st_size;
  map->slot_ = take_slot(data, map->size_bytes_);
  if (map->slot_ < 0) return fail(ErrorKind::kIo, msg::kCannotRead, path, reason(EMFILE));
  return map;
}

FileMap::~FileMap() {
  if (slot_ >= 0) free_slot(slot_);
  if (data_) munmap(const_cast<uint8_t*>(data_), static_cast<size_t>(size_bytes_));
  if (fd_ >= 0) close(fd_);
}

bool FileMap::lost() const {
  if (slot_ < 0) return false;
  if (slots[static_cast<size_t>(slot_)].lost.load(std::memory_order_acquire)) return true;
  struct stat status {};
  return fstat(fd_, &status) != 0 || status.st_size < size_bytes_;
}

void FileMap::prefetch() const {
  if (data_) madvise(const_cast<uint8_t*>(data_), static_cast<size_t>(size_bytes_), MADV_WILLNEED);
}

void FileMap::release(std::span<const uint8_t> bytes) const {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto map_begin = reinterpret_cast<uintptr_t>(data_);
  const auto begin = std::max(map_begin, reinterpret_cast<uintptr_t>(bytes.data()));
  const auto end = std::min(map_begin + static_cast<uintptr_t>(size_bytes_),
                            reinterpret_cast<uintptr_t>(bytes.data()) + bytes.size());
  const uintptr_t first_page = (begin + page - 1) / page * page;
  const uintptr_t last_page = end / page * page;
  if (begin < end && first_page < last_page) {
    madvise(reinterpret_cast<void*>(first_page), last_page - first_page, MADV_DONTNEED);
  }
}

}  // namespace ondol
