// A data file of any format -> records, as a stream.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "measure/records/columns.h"

namespace ondol {

enum class DataFormat {
  kByName,  // .jsonl and .ndjson, .csv, .tsv, .txt and .md; another name: JSONL when the file begins with '{'
  kJsonl,   // a JSON object in each line
  kCsv,     // the first record names the columns
  kTsv,
  kText,
};

// "auto", "jsonl", "csv", "tsv" or "text".  Fails with kUsage.
Result<DataFormat> parse_data_format(std::string_view name);

struct DataFileOptions {
  DataFormat format = DataFormat::kByName;
  Columns columns{};
  Labels labels{};
  std::function<bool(const Record&)> takes = nullptr;  // of its records only these are handed on; null: all
};

// What becomes of the records of a file.
struct RecordSink {
  // Takes a record.  Where it fails with kBadInput the line is bad, for the reason given; another failure ends reading.
  std::function<Status(Record)> take;
  // Hears of how far reading has come; may be null.
  std::function<void(int64_t bytes_read, int64_t size_bytes)> progress;
};

// Reads `path` to its end.  A plain text comes in records of whole lines, 64 KiB or a little more each (`line` is where
// it begins).  Fails with kBadInput when any line was bad: file, line and reason of the first and the number of all;
// when the format cannot be told or the columns are not in the file, which names those that are; or as LineReader.
Status read_data_file(const std::string& path, const DataFileOptions& options, const RecordSink& sink);

}  // namespace ondol
