// HttpClient: a client of a server on this machine, byte by byte as a test wants it; it may stop anywhere.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ondol::e2e {

struct HttpReply {
  int status = 0;  // 0: none came, or not one of HTTP
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;       // without the framing of chunks
  bool is_whole = false;  // the body ended as it was announced

  // The value of a header field, its name in any case; "" for none.
  std::string field(std::string_view name) const;
};

class HttpClient {
 public:
  explicit HttpClient(int port);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // What the server does not take any more is dropped.
  void send(std::string_view bytes);
  // The next answer.  `no_body`: to a HEAD request.
  HttpReply read(bool no_body = false);
  // Waits for so many bytes that are not taken yet, or the end.
  void await_bytes(size_t n);
  // Waits until `text` has come, and takes everything up to its end.
  std::string read_until(std::string_view text);
  // True when the server ends the connection without another byte.
  bool at_end();
  // Closes with a reset, which the server sees at once.
  void reset();

 private:
  bool read_more();
  bool take(size_t n_bytes, std::string& to);
  bool take_line(std::string& line);

  int socket_ = -1;
  std::string bytes_;  // read, not taken
};

// "POST path HTTP/1.1", a Host field, `fields` (each with its line end), and the body.
std::string http_request(std::string_view method, std::string_view path, std::string_view body = {},
                         std::string_view fields = {});
// A request on a connection of its own.
HttpReply ask(int port, std::string_view method, std::string_view path, std::string_view body = {},
              std::string_view fields = {});

// The data of each event of a text/event-stream.
std::vector<std::string> events_of(std::string_view body);

}  // namespace ondol::e2e
