#include "tune/synthesis/pairs.h"

#include "grammar/json_value.h"
#include "tune/synthesis/synthesis_messages.h"

namespace ondol {
namespace {

Result<Pair> pair_of(Record record) {
  if (record.kind == RecordKind::kCompletion) return Pair{std::move(record.prompt), std::move(record.completion)};
  std::vector<ChatMessage>& chat = record.messages;
  const bool has_system = !chat.empty() && chat.front().role == Role::kSystem;
  const size_t first = has_system ? 1 : 0;
  const bool is_pair = record.kind == RecordKind::kChat && chat.size() == first + 2 &&
                       chat[first].role == Role::kUser && chat[first + 1].role == Role::kAssistant &&
                       chat[first + 1].tool_calls.empty();
  if (!is_pair) return fail(ErrorKind::kBadInput, msg::kExampleNoPair);
  return Pair{std::move(chat[first].text), std::move(chat[first + 1].text),
              has_system ? std::move(chat.front().text) : std::string()};
}

}  // namespace

Result<std::vector<Pair>> read_pairs(const std::vector<std::string>& paths, const DataFileOptions& options) {
  std::vector<Pair> pairs;
  const auto take = [&](Record record) -> Status {
    TRY(Pair pair, pair_of(std::move(record)));
    pairs.push_back(std::move(pair));
    return ok();
  };
  for (const std::string& path : paths) TRY(read_data_file(path, options, {.take = take, .progress = nullptr}));
  if (pairs.empty()) return fail(ErrorKind::kBadInput, msg::kNoExamplePairs, paths.front());
  return pairs;
}

std::string chat_line(const Pair& pair) {
  const auto message = [](std::string_view role, const std::string& text) {
    return fmt::format(R"({{"role":"{}","content":{}}})", role, json_quoted(text));
  };
  const std::string system = pair.system.empty() ? "" : message("system", pair.system) + ",";
  return fmt::format(R"({{"messages":[{}{},{}]}})", system, message("user", pair.input),
                     message("assistant", pair.output));
}

}  // namespace ondol
