// Endpoint: one address of the API.  One file each in endpoint/; CMake turns the file names into the list.
#pragma once

#include <memory>
#include <string_view>

#include "server/api_error.h"
#include "server/http/exchange.h"

namespace ondol {

class Service;

enum class Endpointed {
  kAtOnce,   // on the I/O thread: reads what is at hand
  kPrepared  // on the preparing thread: may parse, render and compile
};

struct Endpoint {
  std::string_view method;  // "GET" or "POST"
  std::string_view path;    // "/v1/models"; a trailing "/*" takes any one name there
  Endpointed where;
  // Answers through `responder`, now or later; what it fails with is answered for it.
  ApiStatus (*answer)(const HttpRequest& request, Service& service, const std::shared_ptr<Responder>& responder);
};

}  // namespace ondol
