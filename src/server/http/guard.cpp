#include "server/http/guard.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/sha256.h"

namespace ondol {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return small;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Digests are compared, so that the time says nothing of how much of a key is right.
bool is_same_secret(std::string_view a, std::string_view b) {
  const Digest x = Sha256().add(a).finish(), y = Sha256().add(b).finish();
  uint8_t difference = 0;
  for (size_t i = 0; i < x.size(); ++i) difference = static_cast<uint8_t>(difference | (x[i] ^ y[i]));
  return difference == 0;
}

}  // namespace

bool is_address(std::string_view host) {
  in6_addr address{};
  const std::string text(host);
  return inet_pton(AF_INET, text.c_str(), &address) == 1 || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_loopback_name(std::string_view host) {
  if (host == "localhost") return true;
  in_addr v4{};
  in6_addr v6{};
  const std::string text(host);
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

std::optional<std::string> host_of(std::string_view authority) {
  std::string_view host = authority, rest;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
  } else if (const size_t colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    rest = authority.substr(colon);
  }
  if (host.empty() || (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))) return std::nullopt;
  return in_small_letters(host);
}

Guard::Guard(GuardOptions options) : options_(std::move(options)) {
  for (auto* names : {&options_.hosts, &options_.origins}) {
    for (std::string& name : *names) name = in_small_letters(name);
  }
}

bool Guard::knows(const std::string& host) const {
  const auto& hosts = options_.hosts;
  return is_loopback_name(host) || std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

bool Guard::allows_host(std::string_view authority) const {
  const auto host = host_of(authority);
  return host && (knows(*host) || (options_.any_address && is_address(*host)));
}

bool Guard::allows_origin(std::string_view origin, std::string_view authority) const {
  const std::string small = in_small_letters(origin);
  if (std::find(options_.origins.begin(), options_.origins.end(), small) != options_.origins.end()) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!small.starts_with(scheme)) continue;
    const std::string_view from = std::string_view(small).substr(scheme.size());
    const auto host = host_of(from);
    return host && host->find_first_of("/@?#") == std::string::npos &&
           (knows(*host) || (allows_host(authority) && from == in_small_letters(authority)));
  }
  return false;
}

bool Guard::allows_key(std::string_view authorization, std::string_view x_api_key) const {
  if (options_.api_key.empty()) return true;
  constexpr std::string_view kBearer = "bearer ";
  std::string_view given = x_api_key;
  if (authorization.size() > kBearer.size() && in_small_letters(authorization.substr(0, kBearer.size())) == kBearer) {
    given = authorization.substr(kBearer.size());
  }
  return is_same_secret(given, options_.api_key);
}

}  // namespace ondol
