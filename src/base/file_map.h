// FileMap: a file mapped for reading, safe against a file that shrinks while it is mapped.
//
// Touching a page behind the new end of a mapped file raises SIGBUS.  The first map installs a handler that, for an
// address inside one of our maps, puts zero pages there, marks the map lost and lets the thread go on; whoever uses the
// data asks lost() before trusting a result.  A SIGBUS elsewhere is passed on to the handler that was there before.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace ondol {

class FileMap {
 public:
  // Maps the regular file `path` whole.  Fails, naming the path and the reason, with kBadInput when there is no such
  // file or it is not a regular one, else with kIo.  An empty file is an empty map.
  static Result<std::shared_ptr<const FileMap>> open(const std::string& path);
  ~FileMap();
  FileMap(const FileMap&) = delete;
  FileMap& operator=(const FileMap&) = delete;

  std::span<const uint8_t> bytes() const { return {data_, static_cast<size_t>(size_bytes_)}; }
  const std::string& path() const { return path_; }
  // True once a page of the file could not be read, or the file is shorter than it was when it was mapped; what was
  // read from then on may be zeros.  Costs one system call.  Any thread.
  bool lost() const;
  // Asks the kernel to read the file ahead.
  void prefetch() const;
  // Takes the part of `bytes` that lies in this map out of the process's memory; reading it again maps it again.
  void release(std::span<const uint8_t> bytes) const;

 private:
  FileMap() = default;
  std::string path_;
  const uint8_t* data_ = nullptr;
  int64_t size_bytes_ = 0;
  int fd_ = -1;    // stays open: lost() asks for the file's size
  int slot_ = -1;  // in the handler's table
};

}  // namespace ondol
