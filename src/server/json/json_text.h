// JSON of requests and answers: keys keep their order, so that a schema's properties come back as they were sent.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "server/api_error.h"

namespace ondol {

using Json = nlohmann::ordered_json;

inline constexpr int kMaxJsonDepth = 128;
inline constexpr int64_t kMaxJsonValues = 1 << 19;  // a value takes many times the memory of its text

// Fails with 400: not JSON, more than kMaxJsonDepth lists and objects inside one another, more than kMaxJsonValues in
// all or thousands of keys in one object, a key twice in one object, text that is not UTF-8.
ApiResult<Json> parse_json(std::string_view text);
// The body of most requests: an object.
ApiResult<Json> parse_body(std::string_view text);

// On one line; ill-formed bytes become U+FFFD.
std::string json_text(const Json& json);

}  // namespace ondol
