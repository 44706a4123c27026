#include "measure/records/data_file.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/interrupt.h"
#include "base/utf8.h"
#include "measure/records/delimited.h"
#include "measure/records/json_record.h"
#include "measure/records/line_reader.h"
#include "measure/records/records_messages.h"

namespace ondol {
namespace {

struct FormatName {
  std::string_view name;
  DataFormat format;
};
constexpr FormatName kFormatNames[] = {{"auto", DataFormat::kByName},
                                       {"jsonl", DataFormat::kJsonl},
                                       {"csv", DataFormat::kCsv},
                                       {"tsv", DataFormat::kTsv},
                                       {"text", DataFormat::kText}};
constexpr FormatName kSuffixes[] = {{".jsonl", DataFormat::kJsonl}, {".ndjson", DataFormat::kJsonl},
                                    {".csv", DataFormat::kCsv},     {".tsv", DataFormat::kTsv},
                                    {".txt", DataFormat::kText},    {".md", DataFormat::kText}};

// Text is handed on in pieces of this size: long enough that the cuts between them hardly matter.
constexpr int64_t kTextBytes = int64_t{64} << 10;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

// What is done with each record, and the bad lines so far.
class Reading {
 public:
  Reading(const LineReader& lines, const DataFileOptions& options, const RecordSink& sink)
      : lines_(lines), options_(options), sink_(sink) {}

  // Hands on the record of `line`.  An error that is no bad line comes back.
  Status add(int64_t line, Result<Record> record) {
    if (record) {
      record->line = line;
      if (options_.takes && !options_.takes(*record)) return went_on();
      Status taken = sink_.take(std::move(*record));
      if (taken) return went_on();
      return add_bad(line, std::move(taken.error()));
    }
    return add_bad(line, std::move(record.error()));
  }
  Status add_bad(int64_t line, Error error) {
    if (error.kind != ErrorKind::kBadInput) return tl::make_unexpected(std::move(error));
    if (n_bad_++ == 0) first_bad_ = format_message(msg::kBadLine, lines_.path(), line, error.message);
    return went_on();
  }
  Status end() const {
    if (n_bad_ == 0) return ok();
    if (n_bad_ == 1) return tl::make_unexpected(Error{ErrorKind::kBadInput, first_bad_});
    return fail(ErrorKind::kBadInput, msg::kMoreBadLines, first_bad_, n_bad_ - 1);
  }

 private:
  Status went_on() {
    if (sink_.progress) sink_.progress(lines_.bytes_read(), lines_.size_bytes());
    return check_interrupted();
  }

  const LineReader& lines_;
  const DataFileOptions& options_;
  const RecordSink& sink_;
  std::string first_bad_;
  int64_t n_bad_ = 0;
};

Status read_jsonl(LineReader& lines, const DataFileOptions& options, const RecordSink& sink) {
  Reading reading(lines, options, sink);
  for (;;) {
    auto line = lines.next();
    if (!line) {
      TRY(reading.add_bad(lines.line_number(), std::move(line.error())));
      continue;
    }
    if (!*line) return reading.end();
    if (is_blank(**line)) continue;
    TRY(reading.add(lines.line_number(), read_json_record(**line, options.columns, options.labels)));
  }
}

// Where the fields of a table's records stand.
struct TableColumns {
  RecordKind kind;
  size_t n_fields;
  size_t text = 0;  // or the prompt
  size_t completion = 0;
};

Result<TableColumns> find_table_columns(const std::vector<std::string>& names, const std::string& path,
                                        const Columns& columns) {
  const auto place = [&](const std::string& name) {
    return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const auto found = find_columns(columns, [&](const std::string& name) { return place(name) < names.size(); });
  if (!found || found->kind == RecordKind::kChat) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return fail(ErrorKind::kBadInput, msg::kTableColumns, path, printable(all), expected_columns(columns));
  }
  const bool is_text = found->kind == RecordKind::kText;
  return TableColumns{.kind = found->kind,
                      .n_fields = names.size(),
                      .text = place(is_text ? found->text : found->prompt),
                      .completion = is_text ? 0 : place(found->completion)};
}

Result<Record> table_record(std::vector<std::string> fields, const TableColumns& columns, const Labels& labels) {
  if (fields.size() != columns.n_fields) {
    return fail(ErrorKind::kBadInput, msg::kFieldCount, fields.size(), columns.n_fields);
  }
  Record record{.kind = columns.kind};
  if (columns.kind == RecordKind::kText) {
    record.text = std::move(fields[columns.text]);
    return record;
  }
  record.prompt = fields[columns.text];
  TRY(record.completion, apply_labels(labels, std::move(fields[columns.completion])));
  return record;
}

Status read_table(LineReader& lines, Delimited format, const DataFileOptions& options, const RecordSink& sink) {
  DelimitedReader reader(lines, format);
  Reading reading(lines, options, sink);
  std::optional<TableColumns> columns;
  for (;;) {
    auto fields = reader.next();
    if (!fields) {
      TRY(reading.add_bad(reader.line_number(), std::move(fields.error())));
      if (!columns) return reading.end();
      continue;
    }
    if (!*fields) return reading.end();
    if (!columns) {
      TRY(columns, find_table_columns(**fields, lines.path(), options.columns));
      continue;
    }
    TRY(reading.add(reader.line_number(), table_record(std::move(**fields), *columns, options.labels)));
  }
}

Status read_text(LineReader& lines, const DataFileOptions& options, const RecordSink& sink) {
  Reading reading(lines, options, sink);
  Record record{.ends_document = false};
  bool full = false;
  const auto hand_on = [&]() -> Status {
    const int64_t line = record.line;
    full = false;
    return reading.add(line, std::exchange(record, Record{.ends_document = false}));
  };
  for (;;) {
    auto line = lines.next();
    if (!line) {
      TRY(reading.add_bad(lines.line_number(), std::move(line.error())));
      continue;
    }
    if (!*line) break;
    if (full) TRY(hand_on());
    if (record.text.empty()) record.line = lines.line_number();
    record.text += **line;
    record.text += '\n';
    // A blank line is the best place for a cut, any other line end will do.
    full = std::ssize(record.text) >= (is_blank(**line) ? kTextBytes : 2 * kTextBytes);
  }
  record.ends_document = true;
  TRY(hand_on());
  return reading.end();
}

Result<DataFormat> recognize_format(const std::string& path) {
  std::string suffix = std::filesystem::path(path).extension();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& [name, format] : kSuffixes) {
    if (name == suffix) return format;
  }
  TRY(LineReader lines, LineReader::open(path));
  for (;;) {
    const auto line = lines.next();
    if (!line || !*line) break;
    if (is_blank(**line)) continue;
    if ((**line).find_first_not_of(" \t") == (**line).find('{')) return DataFormat::kJsonl;
    break;
  }
  return fail(ErrorKind::kBadInput, msg::kUnknownFormat, path);
}

}  // namespace

Result<DataFormat> parse_data_format(std::string_view name) {
  for (const auto& [known, format] : kFormatNames) {
    if (known == name) return format;
  }
  return fail(ErrorKind::kUsage, msg::kNoSuchFormat, printable(name));
}

Status read_data_file(const std::string& path, const DataFileOptions& options, const RecordSink& sink) {
  DataFormat format = options.format;
  if (format == DataFormat::kByName) { TRY(format, recognize_format(path)); }
  TRY(LineReader lines, LineReader::open(path));
  switch (format) {
    case DataFormat::kCsv:
      return read_table(lines, Delimited::kCsv, options, sink);
    case DataFormat::kTsv:
      return read_table(lines, Delimited::kTsv, options, sink);
    case DataFormat::kText:
      return read_text(lines, options, sink);
    case DataFormat::kJsonl:
    case DataFormat::kByName:
      break;
  }
  return read_jsonl(lines, options, sink);
}

}  // namespace ondol
