#include "remote/http_client.h"

#include <curl/curl.h>

#include "base/utf8.h"
#include "remote/remote_messages.h"

namespace ondol {
namespace {

constexpr long kConnectTimeoutS = 30;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// A part of an address, "" where it has none.
std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

bool is_this_machine(const std::string& host) { return host == "localhost" || host == "127.0.0.1" || host == "[::1]"; }

Status check_address(const HttpPost& post) {
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, post.url.c_str(), 0) != CURLUE_OK) {
    return fail(ErrorKind::kBadInput, msg::kUrlMalformed, printable(post.url));
  }
  if (!url_part(url.get(), CURLUPART_USER).empty() || !url_part(url.get(), CURLUPART_PASSWORD).empty()) {
    return fail(ErrorKind::kBadInput, msg::kUrlWithPassword);
  }
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return fail(ErrorKind::kBadInput, msg::kUrlMalformed, printable(post.url));
  }
  if (!post.key.empty() && scheme != "https" && !is_this_machine(url_part(url.get(), CURLUPART_HOST))) {
    return fail(ErrorKind::kBadInput, msg::kKeyUnencrypted, printable(post.url));
  }
  return ok();
}

// Takes a piece of the body; fewer bytes taken than given ends the transfer.
size_t take_body(char* data, size_t size, size_t n, void* user) {
  std::string& body = *static_cast<std::string*>(user);
  if (n > HttpClient::kMaxReplyBytes / size || body.size() + size * n > HttpClient::kMaxReplyBytes) return 0;
  body.append(data, size * n);
  return size * n;
}

tl::unexpected<Error> transfer_error(const HttpPost& post, CURLcode code, const char* detail) {
  const std::string url = printable(post.url);
  if (code == CURLE_OPERATION_TIMEDOUT) return fail(ErrorKind::kIo, msg::kEndpointSlow, url, post.timeout_s);
  if (code == CURLE_WRITE_ERROR) {
    return fail(ErrorKind::kIo, msg::kEndpointTalksTooMuch, url, HttpClient::kMaxReplyBytes);
  }
  return fail(ErrorKind::kIo, msg::kEndpointUnreachable, url, printable(*detail ? detail : curl_easy_strerror(code)));
}

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::create() {
  if (const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT); code != CURLE_OK) {
    return fail(ErrorKind::kIo, msg::kRemoteNoClient, curl_easy_strerror(code));
  }
  CURL* const handle = curl_easy_init();
  if (!handle) return fail(ErrorKind::kIo, msg::kRemoteNoClient, curl_easy_strerror(CURLE_FAILED_INIT));
  return std::unique_ptr<HttpClient>(new HttpClient(handle));
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(handle_);
  curl_global_cleanup();
}

Result<HttpReply> HttpClient::post(const HttpPost& post) {
  TRY(check_address(post));
  std::unique_ptr<curl_slist, ListDeleter> headers;
  const auto add_header = [&](const std::string& line) {
    if (curl_slist* const longer = curl_slist_append(headers.get(), line.c_str())) {
      static_cast<void>(headers.release());
      headers.reset(longer);
    }
  };
  add_header("Content-Type: application/json");
  add_header("Accept: application/json");
  add_header("Expect:");  // no question whether a long body may come
  if (!post.key.empty()) add_header("Authorization: Bearer " + post.key);

  HttpReply reply;
  char detail[CURL_ERROR_SIZE] = "";
  curl_easy_reset(handle_);  // options, not the connection
  curl_easy_setopt(handle_, CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT, kConnectTimeoutS);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT, static_cast<long>(post.timeout_s));
  curl_easy_setopt(handle_, CURLOPT_USERAGENT, "ondol-remote");
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle_, CURLOPT_POST, 1L);
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, post.body.data());
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &reply.body);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, detail);
  if (const CURLcode code = curl_easy_perform(handle_); code != CURLE_OK) return transfer_error(post, code, detail);

  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300 && status < 400) {
    const char* to = nullptr;
    curl_easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &to);
    return fail(ErrorKind::kIo, msg::kEndpointRedirects, printable(post.url), printable(to ? to : "?"));
  }
  reply.status = status;
  curl_off_t retry_after_s = 0;
  curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after_s);
  reply.retry_after_s = retry_after_s;
  return reply;
}

}  // namespace ondol
