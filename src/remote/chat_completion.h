// A line of `ondol`'s -> a request to an OpenAI-compatible endpoint, and its reply -> a line for `ondol`.
//
//   {"id": 1, "url": "https://…/v1", "model": "…", "messages": […], "max_tokens": 512, "temperature": 0.8, "seed": 7,
//    "timeout_s": 300}
//   {"id": 1, "text": "…"}          with "cut": true where max_tokens ended the text
//   {"id": 1, "error": "…"}         one line, in the user's language
//
// Source: the OpenAI API reference, "Create chat completion".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "remote/http_client.h"

namespace ondol {

struct ChatCompletion {
  std::string id;  // of the request, as JSON
  HttpPost post;   // without the key
};

// Fails with kBadInput.  `url` may be the endpoint itself or the folder it stands in, as OpenAI's clients take it.
Result<ChatCompletion> read_completion_request(std::string_view line);

struct CompletionText {
  std::string text;
  bool is_cut = false;
};

// Fails with kIo: a status other than 200, with what the endpoint says about it, or a body of another form.
Result<CompletionText> read_completion_reply(const std::string& url, const HttpReply& reply);

// The line for `ondol`, without its end.  `id` is JSON, "null" for a request that could not be read.
std::string completion_line(const std::string& id, const Result<CompletionText>& text);

}  // namespace ondol
