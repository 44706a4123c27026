#include "base/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/base_messages.h"
#include "base/check.h"
#include "base/interrupt.h"

namespace ondol {
namespace {

// Ctrl-C is looked for at least this often.
constexpr size_t kWriteBytes = 8 << 20;

std::string reason(int error) { return std::generic_category().message(error); }

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

bool is_one_of(const struct stat& file, std::span<const std::string> inputs) {
  return std::any_of(inputs.begin(), inputs.end(), [&](const std::string& input) {
    struct stat status {};
    return stat(input.c_str(), &status) == 0 && same_file(status, file);
  });
}

// Makes the rename itself survive a power cut.
bool sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int fd = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = fsync(fd) == 0 || errno == EINVAL;  // EINVAL: this file system cannot
  close(fd);
  return synced;
}

}  // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path, bool force, std::span<const std::string> inputs) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (is_one_of(status, inputs)) return fail(ErrorKind::kBadInput, msg::kOutputIsInput, path);
    if (!S_ISREG(status.st_mode)) return fail(ErrorKind::kBadInput, msg::kNotARegularFile, path);
    if (!force) return fail(ErrorKind::kBadInput, msg::kOutputExists, path);
  }

  // Opened without truncating first: a leftover of a killed process is taken over, an input or the file another process
  // is writing is not.
  const std::string partial_path = path + ".partial";
  const int fd = open(partial_path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (fd < 0) return fail(ErrorKind::kIo, msg::kCannotCreate, path, reason(errno));
  const auto give_up = [&](ErrorKind kind, const Message& message, auto&&... args) {
    close(fd);
    return fail(kind, message, args...);
  };
  if (fstat(fd, &status) != 0) return give_up(ErrorKind::kIo, msg::kCannotCreate, path, reason(errno));
  if (!S_ISREG(status.st_mode)) return give_up(ErrorKind::kBadInput, msg::kNotARegularFile, partial_path);
  if (is_one_of(status, inputs)) return give_up(ErrorKind::kBadInput, msg::kOutputIsInput, partial_path);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return give_up(ErrorKind::kBadInput, msg::kOutputBusy, path);
  if (ftruncate(fd, 0) != 0) return give_up(ErrorKind::kIo, msg::kCannotCreate, path, reason(errno));

  AtomicFile file;
  file.path_ = path;
  file.partial_path_ = partial_path;
  file.fd_ = fd;
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      partial_path_(std::move(other.partial_path_)),
      fd_(std::exchange(other.fd_, -1)),
      size_bytes_(other.size_bytes_) {}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  unlink(partial_path_.c_str());  // before close, which frees the lock
  close(fd_);
}

Status AtomicFile::write(std::span<const uint8_t> bytes) {
  CHECK(fd_ >= 0);
  while (!bytes.empty()) {
    TRY(check_interrupted());
    const ssize_t written = ::write(fd_, bytes.data(), std::min(bytes.size(), kWriteBytes));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(ErrorKind::kIo, msg::kCannotWrite, path_, reason(errno));
    size_bytes_ += written;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return ok();
}

Status AtomicFile::write(std::string_view text) {
  return write(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

Status AtomicFile::restrict_to_owner() {
  CHECK(fd_ >= 0);
  if (fchmod(fd_, 0600) != 0) return fail(ErrorKind::kIo, msg::kCannotCreate, path_, reason(errno));
  return ok();
}

Status AtomicFile::commit_unsynced() {
  CHECK(fd_ >= 0);
  TRY(check_interrupted());
  if (rename(partial_path_.c_str(), path_.c_str()) != 0 || close(std::exchange(fd_, -1)) != 0) {
    return fail(ErrorKind::kIo, msg::kCannotWrite, path_, reason(errno));
  }
  return ok();
}

Status AtomicFile::commit() {
  CHECK(fd_ >= 0);
  TRY(check_interrupted());
  if (fsync(fd_) != 0 || rename(partial_path_.c_str(), path_.c_str()) != 0) {
    return fail(ErrorKind::kIo, msg::kCannotWrite, path_, reason(errno));
  }
  const int close_error = close(std::exchange(fd_, -1)) == 0 ? 0 : errno;
  if (close_error != 0 || !sync_folder_of(path_)) {
    return fail(ErrorKind::kIo, msg::kCannotSync, path_, reason(close_error != 0 ? close_error : errno));
  }
  return ok();
}

}  // namespace ondol
