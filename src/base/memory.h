// Large buffers: asked for by size in bytes, refused with both figures before the system runs dry.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace ondol {

// Bytes this process can still allocate: the least of MemAvailable, RLIMIT_AS, and what the limits of its cgroup and of
// those around it (v1 or v2) leave, where cached files, which give way, count as free.
int64_t available_memory_bytes();

// Fails with kOutOfMemory, naming `what`, the bytes needed and available, when `size_bytes` cannot be had.
Status check_memory(std::string_view what, int64_t size_bytes);

// Zeroed memory, 64-byte aligned; large buffers lie on 2 MiB boundaries and ask for huge pages.  Movable, not copyable.
class Buffer {
 public:
  Buffer() = default;

  // Fails with kOutOfMemory (see check_memory); `what` names the buffer in the message.
  static Result<Buffer> allocate(std::string_view what, int64_t size_bytes);
  // Addresses that read as zeros, must not be written and take no memory: more of them than there is memory can be had.
  static Result<Buffer> reserve(std::string_view what, int64_t size_bytes);
  // In pieces of how many bytes an allocated buffer takes memory as it is written: a page, or a huge page where the
  // system gives large buffers those.
  static int64_t granule_bytes(int64_t size_bytes);

  uint8_t* data() { return memory_.get(); }
  const uint8_t* data() const { return memory_.get(); }
  int64_t size_bytes() const { return size_bytes_; }
  template <class T> T* as() { return reinterpret_cast<T*>(memory_.get()); }
  template <class T> const T* as() const { return reinterpret_cast<const T*>(memory_.get()); }

 private:
  struct Unmap {
    int64_t size_bytes;
    void operator()(uint8_t* memory) const;
  };
  std::unique_ptr<uint8_t, Unmap> memory_;
  int64_t size_bytes_ = 0;
};

}  // namespace ondol
