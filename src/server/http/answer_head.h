// The head of an HTTP answer as text.  Source: RFC 9110, RFC 9112 sections 4 to 7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/exchange.h"

namespace ondol {

struct AnswerFraming {
  std::optional<int64_t> length;  // of the body; none: it comes in chunks, or ends with the connection
  bool chunked = false;
  bool keep_alive = true;
  std::string_view allowed_origin = {};  // the page that may read the answer, besides our own; "" for none
};

// Status line and fields, with the empty line behind them.
std::string answer_head(const HttpAnswer& answer, const AnswerFraming& framing);

// `piece` (not empty) as a chunk.
std::string chunk_of(std::string_view piece);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace ondol
