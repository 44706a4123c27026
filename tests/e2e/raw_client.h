// RawClient: a client of a server on this machine that may stop anywhere in a request.
#pragma once

#include <string>
#include <string_view>

namespace ondol::e2e {

struct RawAnswer {
  int status = 0;  // 0: none came
  std::string head, body;
};

// A request that asks for the connection to be closed behind its answer.
std::string http_request(const std::string& method, const std::string& path, const std::string& body = "");

class RawClient {
 public:
  explicit RawClient(int port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the server has closed.
  bool send(std::string_view bytes);
  // Waits for so many bytes of the answer, or its end.
  void await_bytes(size_t n);
  // Waits for the answer's end: of a request as http_request() makes it.  Chunks are put together.
  RawAnswer answer();
  // Closes with a reset, which the server sees at once.
  void reset();

 private:
  bool read_more();

  int socket_ = -1;
  std::string received_;
};

}  // namespace ondol::e2e
