// Comma- and tab-separated tables, record by record.
//
// A CSV field may stand in quotes and then hold commas, line ends and doubled quotes (RFC 4180).  A TSV field may not:
// its text is as it stands, quotes included (IANA text/tab-separated-values), for texts that open with a quotation are
// common and quoted tab-separated files are not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/records/line_reader.h"

namespace ondol {

enum class Delimited { kCsv, kTsv };

class DelimitedReader {
 public:
  // `lines` outlives the reader.
  DelimitedReader(LineReader& lines, Delimited format) : lines_(lines), format_(format) {}

  // The fields of the next record, empty lines passed over; nothing at the end.  Fails with kBadInput and the reason
  // alone (a quote that is not closed, text behind a closed quote; the record counts as read), or as LineReader.
  Result<std::optional<std::vector<std::string>>> next();

  int64_t line_number() const { return line_number_; }  // where the record read last begins

 private:
  Status read_quoted(std::string_view& line, size_t& at, std::string& field);
  Result<std::vector<std::string>> read_csv(std::string_view line);

  LineReader& lines_;
  Delimited format_;
  int64_t line_number_ = 0;
};

}  // namespace ondol
