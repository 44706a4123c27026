#include "server/openai/token_list.h"

#include <nlohmann/json.hpp>

#include "server/server_messages.h"

namespace ondol {

std::vector<TokenId> token_ids_of(const Json& list, Fields& fields, std::string_view where) {
  std::vector<TokenId> tokens;
  for (const Json& id : list) {
    const bool is_id = id.is_number_unsigned() && id.get<uint64_t>() <= INT32_MAX;
    if (!is_id) {
      fields.wrong(where, format_message(msg::kFieldKind, fields.path_of(where), "array of token ids"));
      return {};
    }
    tokens.push_back(static_cast<TokenId>(id.get<int32_t>()));
  }
  return tokens;
}

std::vector<TokenId> read_token_list(Fields& fields, std::string_view name) {
  constexpr int64_t kMostTokens = 1 << 20;
  const Json* list = fields.list(name, kMostTokens);
  if (list != nullptr) return token_ids_of(*list, fields, name);
  fields.wrong(name, format_message(msg::kFieldMissing, fields.path_of(name)));
  return {};
}

}  // namespace ondol
