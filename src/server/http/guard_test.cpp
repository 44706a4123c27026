#include "server/http/guard.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(Guard, KnowsTheLoopbackByAllItsNames) {
  const Guard guard({});
  for (const char* host :
       {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "127.9.9.9:80", "[::1]", "[::1]:80"}) {
    EXPECT_TRUE(guard.allows_host(host)) << host;
  }
}

TEST(Guard, RefusesNamesThatAnyoneCanBindToTheLoopback) {
  const Guard guard({});
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost@evil.example",
                           "localhost:80:80", "localhost:", "", ":80", "[::1", "[::1]x", "0.0.0.0", "192.168.0.1",
                           "2130706433", "0x7f.1", "localhost/..", "localhost:99999x"}) {
    EXPECT_EQ(guard.allows_host(host), std::string_view(host) == "localhost:") << host;
  }
}

TEST(Guard, LetsPagesOfItsOwnHostsAsk) {
  const Guard guard({.hosts = {"My.Box"}, .origins = {"https://app.example"}});
  for (const char* origin : {"http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443", "http://my.box:8080",
                             "https://app.example"}) {
    EXPECT_TRUE(guard.allows_origin(origin, "localhost:8080")) << origin;
  }
}

TEST(Guard, RefusesForeignOrigins) {
  const Guard guard({.origins = {"https://app.example"}});
  for (const char* origin : {"null", "", "http://evil.example", "https://app.example.evil", "http://app.example",
                             "http://localhost.evil.example", "http://localhost@evil.example", "file://",
                             "ftp://localhost", "http://localhost/evil", "http://192.168.0.1:8080"}) {
    EXPECT_FALSE(guard.allows_origin(origin, "localhost:8080")) << origin;
  }
}

TEST(Guard, AskedByAnyAddressItTrustsThatAddressAlone) {
  const Guard guard({.any_address = true});
  EXPECT_TRUE(guard.allows_host("192.168.0.1:8080"));
  EXPECT_FALSE(guard.allows_host("evil.example"));
  EXPECT_TRUE(guard.allows_origin("http://192.168.0.1:8080", "192.168.0.1:8080"));
  EXPECT_FALSE(guard.allows_origin("http://192.0.2.6:8080", "192.168.0.1:8080"));
}

TEST(Guard, TakesTheKeyFromEitherField) {
  const Guard guard({.api_key = "0123456789abcdef"});
  EXPECT_TRUE(guard.allows_key("Bearer 0123456789abcdef", ""));
  EXPECT_TRUE(guard.allows_key("bearer 0123456789abcdef", ""));
  EXPECT_TRUE(guard.allows_key("", "0123456789abcdef"));
  for (const char* wrong : {"", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF"}) {
    EXPECT_FALSE(guard.allows_key("", wrong)) << wrong;
    EXPECT_FALSE(guard.allows_key(std::string("Bearer ") + wrong, "")) << wrong;
  }
  EXPECT_FALSE(guard.allows_key("Basic 0123456789abcdef", ""));
  EXPECT_TRUE(Guard({}).allows_key("", ""));
}

}  // namespace
}  // namespace ondol
