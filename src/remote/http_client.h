// HttpClient: one POST after another over libcurl.
//
// Certificates are verified, redirects are not followed (they could carry the key to another host), and what comes
// back is bounded in time and size.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace ondol {

struct HttpPost {
  std::string url;          // http or https, without name and password
  std::string body;         // JSON
  std::string key;          // of the header Authorization: Bearer; "" for none; goes over https or to this machine only
  int64_t timeout_s = 300;  // for all of it
};

struct HttpReply {
  int64_t status = 0;
  std::string body;
  int64_t retry_after_s = 0;  // what Retry-After asks for; 0: nothing
};

// Owned by one thread; keeps its connection.
class HttpClient {
 public:
  // Fails with kIo.  There is one client in a process.
  static Result<std::unique_ptr<HttpClient>> create();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Fails with kBadInput (an address that cannot be used) or kIo (no connection or certificate, too slow, more than
  // kMaxReplyBytes, a redirect).
  Result<HttpReply> post(const HttpPost& post);

  static constexpr size_t kMaxReplyBytes = size_t{4} << 20;

 private:
  explicit HttpClient(void* handle) : handle_(handle) {}
  void* handle_;  // CURL
};

}  // namespace ondol
