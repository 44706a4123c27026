// Any bytes as a data file for tuning: an error, or records that fit the columns and labels asked for, in text that is
// UTF-8.
//   | format: 2 bits, columns: 2 bits, labels: 1 bit | file |
#include "measure/records/data_file.h"

#include "base/check.h"
#include "base/test_folder.h"
#include "base/utf8.h"

namespace ondol {
namespace {

constexpr DataFormat kFormats[] = {DataFormat::kJsonl, DataFormat::kCsv, DataFormat::kTsv, DataFormat::kText};
constexpr std::string_view kColumns[] = {"", "prompt=document,completion=label", "text=document",
                                         "messages=conversation"};
constexpr std::string_view kLabels[] = {"", "0=no,1=yes"};

bool is_utf8(std::string_view text) { return repair_utf8(text).n_replaced == 0; }

void check_messages(const Record& record) {
  CHECK(record.kind == RecordKind::kChat || record.messages.empty());
  CHECK(record.kind != RecordKind::kChat || record.messages.back().role == Role::kAssistant);
  for (const ChatMessage& message : record.messages) {
    CHECK(is_utf8(message.text) && is_utf8(message.thinking) && is_utf8(message.tool_call_id));
    for (const ToolCall& call : message.tool_calls) CHECK(is_utf8(call.name) && is_utf8(call.arguments));
  }
}

void check_record(const Record& record, const DataFileOptions& options) {
  CHECK(!options.columns.kind || record.kind == *options.columns.kind || options.format == DataFormat::kText);
  CHECK(is_utf8(record.tools) && is_utf8(record.prompt) && is_utf8(record.completion) && is_utf8(record.text));
  check_messages(record);
  if (record.kind != RecordKind::kCompletion || options.labels.empty()) return;
  CHECK(record.completion == "no" || record.completion == "yes");
}

void check(uint8_t choices, std::span<const uint8_t> bytes) {
  static const TestFolder folder;
  DataFileOptions options{.format = kFormats[choices & 3]};
  const std::string_view columns = kColumns[choices >> 2 & 3], labels = kLabels[choices >> 4 & 1];
  if (!columns.empty()) options.columns = *parse_columns(columns);
  if (!labels.empty()) options.labels = *parse_labels(labels);
  int64_t line = 0;
  const auto take = [&](const Record& record) -> Status {
    CHECK(record.line >= line);
    line = record.line;
    check_record(record, options);
    return ok();
  };
  const Status read = read_data_file(folder.write("data", bytes), options, {.take = take, .progress = nullptr});
  CHECK(read || !read.error().message.empty());
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ondol::check(data[0], {data + 1, size - 1});
  return 0;
}
