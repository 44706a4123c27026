#include "tune/teacher_cache.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/checked_math.h"
#include "tune/tune_messages.h"

namespace ondol {
namespace {

constexpr char kMagic[8] = {'O', 'N', 'D', 'O', 'L', 'T', 'C', 'H'};
constexpr int64_t kHeaderBytes = sizeof(kMagic) + sizeof(Digest);
constexpr int64_t kMaxRows = int64_t{1} << 32;

struct EntryHead {
  int64_t example, n_rows;
};

}  // namespace

Result<TeacherCache> TeacherCache::open(const std::string& path, const Digest& run, int top) {
  TeacherCache cache;
  cache.path_ = path;
  cache.top_ = top;
  uint8_t header[kHeaderBytes], wanted[kHeaderBytes];
  std::memcpy(wanted, kMagic, sizeof(kMagic));
  std::memcpy(wanted + sizeof(kMagic), run.data(), run.size());
  cache.file_.reset(std::fopen(path.c_str(), "r+b"));
  const bool is_same = cache.file_ && std::fread(header, 1, kHeaderBytes, cache.file_.get()) == kHeaderBytes &&
                       std::memcmp(header, wanted, kHeaderBytes) == 0;
  if (is_same) {
    TRY(cache.scan());
    return cache;
  }
  cache.file_.reset(std::fopen(path.c_str(), "w+b"));
  if (!cache.file_ || std::fwrite(wanted, 1, kHeaderBytes, cache.file_.get()) != kHeaderBytes) {
    return fail(ErrorKind::kIo, msg::kCannotCacheTeacher, path, std::strerror(errno));
  }
  cache.end_ = kHeaderBytes;
  return cache;
}

// Finds the entries, and cuts off what is no whole one.
Status TeacherCache::scan() {
  std::fseek(file_.get(), 0, SEEK_END);
  const int64_t size = std::ftell(file_.get());
  end_ = kHeaderBytes;
  EntryHead head;
  while (std::fseek(file_.get(), end_, SEEK_SET) == 0 &&
         std::fread(&head, 1, sizeof(head), file_.get()) == sizeof(head)) {
    if (head.n_rows < 0 || head.n_rows > kMaxRows) break;
    const int64_t rows_at = end_ + int64_t{sizeof(head)};
    const int64_t end = rows_at + head.n_rows * top_ * int64_t{sizeof(Said)};
    if (end > size) break;
    places_[head.example] = {rows_at, head.n_rows};
    end_ = end;
  }
  if (ftruncate(fileno(file_.get()), end_) != 0) {
    return fail(ErrorKind::kIo, msg::kCannotCacheTeacher, path_, std::strerror(errno));
  }
  return ok();
}

Status TeacherCache::add(int64_t example, const std::vector<Said>& rows) {
  const EntryHead head{example, std::ssize(rows) / top_};
  const bool is_written = std::fseek(file_.get(), end_, SEEK_SET) == 0 &&
                          std::fwrite(&head, 1, sizeof(head), file_.get()) == sizeof(head) &&
                          std::fwrite(rows.data(), sizeof(Said), rows.size(), file_.get()) == rows.size() &&
                          std::fflush(file_.get()) == 0;
  if (!is_written) return fail(ErrorKind::kIo, msg::kCannotCacheTeacher, path_, std::strerror(errno));
  places_[example] = {end_ + int64_t{sizeof(head)}, head.n_rows};
  end_ += int64_t{sizeof(head)} + std::ssize(rows) * int64_t{sizeof(Said)};
  return ok();
}

Result<std::vector<TeacherCache::Said>> TeacherCache::read(int64_t example) const {
  const Place place = places_.at(example);
  std::vector<Said> rows(static_cast<size_t>(place.n_rows * top_));
  if (std::fseek(file_.get(), place.offset, SEEK_SET) != 0 ||
      std::fread(rows.data(), sizeof(Said), rows.size(), file_.get()) != rows.size()) {
    return fail(ErrorKind::kIo, msg::kCannotCacheTeacher, path_, std::strerror(errno));
  }
  return rows;
}

}  // namespace ondol
