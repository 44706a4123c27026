// What a connection hands to the API: a request, and the way to answer it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ondol {

struct HttpRequest {
  std::string method;  // "GET"; HEAD comes as GET
  std::string path;    // without query, percent-encoding as sent
  std::string query;   // behind '?', "" for none
  std::string body;
  std::string authorization, x_api_key, if_none_match;  // of the fields that have these names
  bool is_from_here = false;                            // over this machine's loopback
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields = {};  // more header fields, names and values of our own
};

// Answers one request: either send(), or begin(), any number of write() and end().  Any thread; calls are carried out
// in their order.  What comes after the client has gone is dropped.
class Responder {
 public:
  virtual ~Responder() = default;

  virtual void send(HttpAnswer answer) = 0;
  // An answer whose length is not known yet; its body is ignored.
  virtual void begin(HttpAnswer head) = 0;
  virtual void write(std::string piece) = 0;
  virtual void end() = 0;

  // True once nobody can read the answer any more.
  virtual bool gone() const = 0;
  // `then` is called once, on the I/O thread, when the client leaves before the answer's end, or at once if it has.
  virtual void on_gone(std::function<void()> then) = 0;
};

// Called on the I/O thread for each request that the guard let through; must not wait.
using HttpHandler = std::function<void(HttpRequest request, std::shared_ptr<Responder> responder)>;

}  // namespace ondol
