// Large buffers: asked for by size in bytes, refused with both figures before the system runs dry.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace ondol {

// Bytes this process can still allocate: the least of MemAvailable, the cgroup's limit (v1 or v2) and RLIMIT_AS.
int64_t available_memory_bytes();

// Fails with kOutOfMemory, naming `what`, the bytes needed and available, when `size_bytes` cannot be had.
Status check_memory(std::string_view what, int64_t size_bytes);

// Zeroed memory, 64-byte aligned; large buffers lie on 2 MiB boundaries and ask for huge pages.  Movable, not copyable.
class Buffer {
 public:
  Buffer() = default;

  // Fails with kOutOfMemory (see check_memory); `what` names the buffer in the message.
  static Result<Buffer> allocate(std::string_view what, int64_t size_bytes);

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
