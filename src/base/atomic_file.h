// AtomicFile: a new file that appears whole or not at all.
//
// Bytes go to PATH.partial; commit() syncs it, renames it over PATH and syncs the folder.  Without commit, also after
// an error, the partial file is removed.  Ctrl-C (base/interrupt.h) makes the next write fail with kInterrupted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ondol {

class AtomicFile {
 public:
  // Fails with kBadInput when `path` exists and not `force`, or when it is (by inode) one of `inputs`, even with force;
  // kIo when the folder cannot be written.
  static Result<AtomicFile> create(const std::string& path, bool force, std::span<const std::string> inputs = {});
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  // Appends.  Fails with kIo (disk full says so) or kInterrupted.
  Status write(std::span<const uint8_t> bytes);
  Status write(std::string_view text);
  int64_t size_bytes() const { return size_bytes_; }
  // Where the bytes are until commit(): for reading them back.
  const std::string& partial_path() const { return partial_path_; }
  Status commit();
  // As commit(), without waiting for the disk: after a power cut the file may be missing or damaged.
  Status commit_unsynced();
  // Nobody but the owner may read the file.  Before anything is written.
  Status restrict_to_owner();

 private:
  AtomicFile() = default;
  std::string path_, partial_path_;
  int fd_ = -1;
  int64_t size_bytes_ = 0;
};

}  // namespace ondol
