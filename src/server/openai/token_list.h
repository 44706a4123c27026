// Lists of token ids in requests.
#pragma once

#include <vector>

#include "server/json/fields.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// Of a list of integers; `where` names it in errors, which are kept in `fields`.
std::vector<TokenId> token_ids_of(const Json& list, Fields& fields, std::string_view where);

// The list of field `name`, which must be there.
std::vector<TokenId> read_token_list(Fields& fields, std::string_view name);

}  // namespace ondol
