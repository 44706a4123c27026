#include "measure/records/line_reader.h"

#include <cstring>

#include "base/base_messages.h"
#include "base/utf8.h"
#include "measure/records/records_messages.h"

namespace ondol {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr int64_t kReleaseBytes = int64_t{16} << 20;

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    const CodePoint point = decode_code_point(text);
    if (!point.valid) return false;
    text.remove_prefix(static_cast<size_t>(point.length_bytes));
  }
  return true;
}

}  // namespace

LineReader::LineReader(std::shared_ptr<const FileMap> map) : map_(std::move(map)) {
  const auto bytes = map_->bytes();
  const bool has_mark = bytes.size() >= kByteOrderMark.size() &&
                        std::memcmp(bytes.data(), kByteOrderMark.data(), kByteOrderMark.size()) == 0;
  if (has_mark) at_ = std::ssize(kByteOrderMark);
}

Result<LineReader> LineReader::open(const std::string& path) {
  TRY(auto map, FileMap::open(path));
  return LineReader(std::move(map));
}

Result<std::optional<std::string_view>> LineReader::next() {
  const std::string_view all(reinterpret_cast<const char*>(map_->bytes().data()), map_->bytes().size());
  if (at_ == std::ssize(all)) {
    if (map_->lost()) return fail(ErrorKind::kIo, msg::kFileShrank, path());
    return std::nullopt;
  }
  const std::string_view rest = all.substr(static_cast<size_t>(at_));
  const size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  ++line_number_;
  at_ += std::ssize(line) + (end == std::string_view::npos ? 0 : 1);
  if (at_ - released_ >= 2 * kReleaseBytes) {
    const int64_t n = at_ - released_ - kReleaseBytes;
    map_->release(map_->bytes().subspan(static_cast<size_t>(released_), static_cast<size_t>(n)));
    released_ += n;
  }
  if (std::ssize(line) > kMaxLineBytes)
    return fail(ErrorKind::kBadInput, msg::kLineTooLong, line.size(), kMaxLineBytes);
  if (!is_utf8(line)) return fail(ErrorKind::kBadInput, msg::kLineNotUtf8);
  return line;
}

}  // namespace ondol
