#include "measure/records/delimited.h"

#include <algorithm>

#include "measure/records/records_messages.h"

namespace ondol {
namespace {

std::vector<std::string> split(std::string_view line, char delimiter) {
  std::vector<std::string> fields;
  for (;;) {
    const size_t end = line.find(delimiter);
    fields.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::optional<std::vector<std::string>>> DelimitedReader::next() {
  for (;;) {
    auto line = lines_.next();
    line_number_ = lines_.line_number();
    if (!line) return tl::make_unexpected(std::move(line.error()));
    if (!*line) return std::nullopt;
    std::string_view record = **line;
    if (record.ends_with('\r')) record.remove_suffix(1);
    if (record.empty()) continue;
    if (format_ == Delimited::kTsv) return split(record, '\t');
    TRY(std::vector<std::string> fields, read_csv(**line));
    return fields;
  }
}

// What stands behind an opening quote, up to the closing one.  `line` and `at` move behind it, into a later line where
// the field goes on there.
Status DelimitedReader::read_quoted(std::string_view& line, size_t& at, std::string& field) {
  for (;;) {
    const size_t quote = line.find('"', at);
    field += line.substr(at, quote - at);
    if (std::ssize(field) > LineReader::kMaxLineBytes) {
      return fail(ErrorKind::kBadInput, msg::kLineTooLong, field.size(), LineReader::kMaxLineBytes);
    }
    if (quote == std::string_view::npos) {
      TRY(const auto more, lines_.next());
      if (!more) return fail(ErrorKind::kBadInput, msg::kOpenQuote);
      line = *more;
      at = 0;
      field += '\n';
      continue;
    }
    at = quote + 1;
    if (at == line.size() || line[at] != '"') return ok();
    field += '"';
    ++at;
  }
}

// `line` may end with a '\r', which belongs to a quoted field that goes on in the following lines.
Result<std::vector<std::string>> DelimitedReader::read_csv(std::string_view line) {
  std::vector<std::string> fields;
  for (size_t at = 0;; ++at) {
    std::string& field = fields.emplace_back();
    if (at < line.size() && line[at] == '"') {
      TRY(read_quoted(line, ++at, field));
      if (at + 1 == line.size() && line[at] == '\r') ++at;
      if (at < line.size() && line[at] != ',') return fail(ErrorKind::kBadInput, msg::kBehindQuote);
    } else {
      const size_t comma = std::min(line.find(',', at), line.size());
      field = line.substr(at, comma - at);
      at = comma;
      if (at == line.size() && field.ends_with('\r')) field.pop_back();
    }
    if (at == line.size()) return fields;
  }
}

}  // namespace ondol
