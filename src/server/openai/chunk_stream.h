// ChunkStream: OpenAI's streams of chunks, which end with "[DONE]".
#pragma once

#include "server/api_error.h"
#include "server/event_stream.h"

namespace ondol {

class ChunkStream : public EventStream {
 public:
  using EventStream::EventStream;

  // The end of an answer that is whole.
  void finish();
  // Why there is no more of it: as an answer of its own, or, where chunks were sent, as the last of them.
  void fail(const ApiError& error);
};

}  // namespace ondol
