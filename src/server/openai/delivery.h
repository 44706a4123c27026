// How an answer of OpenAI's completions travels.
#pragma once

#include "server/json/fields.h"

namespace ondol {

struct Delivery {
  bool streams = false;
  bool include_usage = false, return_progress = false;  // of streams
};

// stream, stream_options, and llama.cpp's return_progress.
Delivery read_delivery(Fields& fields);

}  // namespace ondol
