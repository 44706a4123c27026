// Columns: which fields of a data file are the prompt, the answer, the text or the chat, and what its labels are
// called.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "measure/records/record.h"

namespace ondol {

struct Columns {
  std::optional<RecordKind> kind{};  // none: by the names a record has
  std::string messages = "messages";
  std::vector<std::string> prompt = {"prompt", "text"};  // the first that is there
  std::vector<std::string> completion = {"completion", "gold", "answer", "label"};
  std::string text = "text";
};

// "prompt=document,completion=label", "text=document" or "messages=conversation".  Fails with kUsage.
Result<Columns> parse_columns(std::string_view text);

// Which of the columns a record has.
struct FoundColumns {
  RecordKind kind = RecordKind::kText;
  std::string messages{}, prompt{}, completion{}, text{};  // those of the kind
};

// Those of a record whose fields `has` knows by name; nothing when they are not all there.
std::optional<FoundColumns> find_columns(const Columns& columns, const std::function<bool(const std::string&)>& has);

// The names that are looked for, for errors.
std::string expected_columns(const Columns& columns);

// Answers by the value that stands for them in the file; empty: values are the answers.
using Labels = std::map<std::string, std::string, std::less<>>;
// "0=부정,1=긍정".  Fails with kUsage.
Result<Labels> parse_labels(std::string_view text);
// The answer that `value` stands for.  Fails with kBadInput when labels are given and it is none of them.
Result<std::string> apply_labels(const Labels& labels, std::string value);

}  // namespace ondol
