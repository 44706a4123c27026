#include "server/http/answer_head.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace ondol {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

// IMF-fixdate, RFC 9110 section 5.6.7; the names of days and months do not follow the locale.
std::string date_now() {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon],
                     utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace

std::string answer_head(const HttpAnswer& answer, const AnswerFraming& framing) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: ondol\r\n", answer.status,
                                 reason_of(answer.status), date_now());
  const auto add = [&](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  if (answer.status != 204 && answer.status != 304) add("Content-Type", answer.content_type);
  if (framing.length && answer.status != 204 && answer.status != 304) {
    add("Content-Length", std::to_string(*framing.length));
  }
  if (framing.chunked) add("Transfer-Encoding", "chunked");
  add("Connection", framing.keep_alive ? "keep-alive" : "close");
  add("X-Content-Type-Options", "nosniff");
  bool says_cache = false;
  for (const auto& [name, value] : answer.fields) {
    add(name, value);
    says_cache = says_cache || name == "Cache-Control";
  }
  if (!says_cache) add("Cache-Control", "no-store");
  add("Vary", "Origin");
  if (!framing.allowed_origin.empty()) {
    add("Access-Control-Allow-Origin", framing.allowed_origin);
    add("Access-Control-Expose-Headers", "Retry-After");
  }
  return head + "\r\n";
}

std::string chunk_of(std::string_view piece) { return fmt::format("{:x}\r\n{}\r\n", piece.size(), piece); }

}  // namespace ondol
