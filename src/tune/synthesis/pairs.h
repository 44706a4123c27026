// Pairs: an input and its output, as they come out of data files and go into one.
#pragma once

#include <string>
#include <vector>

#include "measure/records/data_file.h"

namespace ondol {

struct Pair {
  std::string input, output;
  std::string system{};  // the system message in front; "" for none
};

// The pairs of data files: chats of one question, and completions.  Fails as read_data_file(): a longer chat, a tool
// call or a running text is a bad line; or with kBadInput when there is no pair.
Result<std::vector<Pair>> read_pairs(const std::vector<std::string>& paths, const DataFileOptions& options);

// The pair as a chat, {"messages": […]}, without a line end.
std::string chat_line(const Pair& pair);

}  // namespace ondol
