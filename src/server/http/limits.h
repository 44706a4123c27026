// What a client may send and how slowly, before the server stops listening to it.
#pragma once

#include <cstdint>

namespace ondol {

struct HttpLimits {
  int64_t target_bytes = 8 << 10;        // of a request's path and query: else 414
  int64_t line_bytes = 8 << 10;          // of one header field, name and value: else 431
  int64_t n_fields = 100;                // else 431
  int64_t header_bytes = 32 << 10;       // of all fields together: else 431
  int64_t body_bytes = 10 << 20;         // else 413, before it is read
  int64_t all_bodies_bytes = 256 << 20;  // of all requests that are read or answered: else 503 for those over the next
  int64_t small_body_bytes = 64 << 10;   // which always have room
  double header_s = 10;                  // from a request's first moment to the end of its header: else 408
  double body_grace_s = 10;              // after this a body must have come
  double body_rate_bytes_per_s = 1024;   // as fast as this on average: else 408
  double idle_s = 75;                    // between two requests of a connection
  int64_t unsent_bytes = 1 << 20;        // of an answer that its reader does not take: else the connection is dropped
  double stalled_s = 30;                 // without the reader taking a byte: else the connection is dropped
  int64_t n_connections = 4096;          // at once; more wait in the system's queue
};

}  // namespace ondol
