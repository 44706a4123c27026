// FakeEndpoint: a server on this machine that plays an OpenAI-compatible endpoint, well or badly.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ondol::e2e {

struct HttpRequest {
  std::string head, body;
};

// Serves one connection after another in a thread of its own, one request each.
class FakeEndpoint {
 public:
  // `reply` gives all that goes back, status line and headers too; what lies behind it is up to `Ending`.
  enum class Ending { kClose, kSilence, kEndlessBody };
  using Reply = std::function<std::string(const HttpRequest&)>;
  explicit FakeEndpoint(Reply reply, Ending ending = Ending::kClose);
  ~FakeEndpoint();
  FakeEndpoint(const FakeEndpoint&) = delete;
  FakeEndpoint& operator=(const FakeEndpoint&) = delete;

  std::string url() const;  // "http://127.0.0.1:PORT/v1"
  std::vector<HttpRequest> requests() const;

 private:
  void serve();
  void answer(int connection);

  Reply reply_;
  Ending ending_;
  int listener_ = -1, port_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

// A whole response.
std::string http_response(const std::string& status, const std::string& body, const std::string& headers = "");
// The body of a chat completion that says `text`.
std::string completion_body(const std::string& text);

}  // namespace ondol::e2e
