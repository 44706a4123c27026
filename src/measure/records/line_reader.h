// LineReader: a file of text, line by line, in memory that does not grow with the file.
//
// The file is mapped; what lies behind the reader is given back, so a file larger than the memory can be read.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/file_map.h"

namespace ondol {

class LineReader {
 public:
  // Fails as FileMap::open().  A byte order mark in front is passed over.
  static Result<LineReader> open(const std::string& path);

  // The next line without its '\n'; nothing behind the last.  Valid as long as the reader.  Fails with kBadInput when
  // the line is longer than kMaxLineBytes or is not UTF-8 (the line counts as read), or with kIo when the file shrank.
  Result<std::optional<std::string_view>> next();

  int64_t line_number() const { return line_number_; }  // of the line read last, from 1
  int64_t bytes_read() const { return at_; }
  int64_t size_bytes() const { return static_cast<int64_t>(map_->bytes().size()); }
  const std::string& path() const { return map_->path(); }

  static constexpr int64_t kMaxLineBytes = int64_t{64} << 20;

 private:
  explicit LineReader(std::shared_ptr<const FileMap> map);

  std::shared_ptr<const FileMap> map_;
  int64_t at_ = 0, line_number_ = 0;
  int64_t released_ = 0;  // bytes given back
};

}  // namespace ondol
