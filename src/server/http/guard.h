// Guard: who may ask.
//
// A page from elsewhere reaches a server on this machine by two ways: it sends a request across origins, or it gets its
// own name resolved to 127.0.0.1 (DNS rebinding).  The first carries a foreign Origin, the second a foreign Host, so
// both must be names we know.  Source: RFC 6454, RFC 9110 section 7.2; CVE-2024-28224.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

struct GuardOptions {
  std::vector<std::string> hosts;    // names and addresses the server is asked by, besides the loopback's
  bool any_address = false;          // it is asked by any address: only names can be bound to another's
  std::vector<std::string> origins;  // pages that may ask and read, "https://example.com", besides the loopback's
  std::string api_key;               // "": none is needed
};

// "localhost", "127.0.0.1" and others of 127.0.0.0/8, "::1".
bool is_loopback_name(std::string_view host);

// "127.0.0.1", "192.0.2.7", "2001:db8::1" and their like.
bool is_address(std::string_view host);

// The host of "host:port", "[::1]:port" or either without a port, in small letters; nothing for anything else.
std::optional<std::string> host_of(std::string_view authority);

class Guard {
 public:
  explicit Guard(GuardOptions options);

  bool allows_host(std::string_view authority) const;
  // `origin` and `authority` as the fields Origin and Host say them.  Pages from here and from `hosts` may ask.
  bool allows_origin(std::string_view origin, std::string_view authority) const;
  // Whether no key is needed or one of the two fields gives it.  Takes as long for every wrong one of a length.
  bool allows_key(std::string_view authorization, std::string_view x_api_key) const;

 private:
  // The loopback's names, and those of the options.
  bool knows(const std::string& host) const;

  GuardOptions options_;
};

}  // namespace ondol
