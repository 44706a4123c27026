// The program `ondol-remote`: asks language models over the network on behalf of `ondol`, which cannot reach it.
//
// JSON lines on standard input and output (chat_completion.h), one request at a time.  It ends with its input.
#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/utf8.h"
#include "remote/api_key.h"
#include "remote/chat_completion.h"
#include "remote/remote_messages.h"

namespace {

using namespace ondol;

// Posts, and again when the endpoint is busy and says for how long, as long as all of it fits into the time there is.
Result<HttpReply> post_patiently(HttpClient& client, HttpPost post) {
  const double deadline_s = now_s() + static_cast<double>(post.timeout_s);
  for (;;) {
    TRY(HttpReply reply, client.post(post));
    const bool is_busy = reply.status == 429 || reply.status == 503;
    if (!is_busy || reply.retry_after_s <= 0) return reply;
    const double left_s = deadline_s - now_s() - static_cast<double>(reply.retry_after_s);
    if (left_s <= 0) {
      return fail(ErrorKind::kIo, msg::kEndpointBusy, printable(post.url), reply.status, reply.retry_after_s);
    }
    std::this_thread::sleep_for(std::chrono::seconds(reply.retry_after_s));
    post.timeout_s = std::max<int64_t>(1, static_cast<int64_t>(left_s));
  }
}

Result<CompletionText> complete(HttpClient& client, HttpPost& post) {
  TRY(post.key, read_api_key());
  TRY(const HttpReply reply, post_patiently(client, post));
  return read_completion_reply(post.url, reply);
}

std::string answer_line(HttpClient& client, const std::string& line) {
  auto request = read_completion_request(line);
  if (!request) return completion_line("null", tl::make_unexpected(request.error()));
  return completion_line(request->id, complete(client, request->post));
}

int serve() {
  const auto client = HttpClient::create();
  if (!client) {
    std::cerr << "ondol-remote: " << client.error().message << "\n";
    return client.error().exit_code();
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (!(std::cout << answer_line(**client, line) << std::endl)) return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool has_language = argc == 3 && std::string_view(argv[1]) == "--lang";
  set_language(language_from_environment(has_language ? argv[2] : ""));
  if (argc > 1 && !has_language) {
    std::cerr << msg::kRemoteUsage.text() << "\n";
    return argc == 2 && std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  try {
    return serve();
  } catch (const std::exception& error) {
    std::cerr << "ondol-remote: " << error.what() << "\n";
    return 1;
  }
}
