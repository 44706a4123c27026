#include "server/openai/chunk_stream.h"

namespace ondol {

void ChunkStream::finish() {
  send_text("[DONE]");
  end();
}

void ChunkStream::fail(const ApiError& error) {
  if (!has_begun()) return responder().send(error_answer(Dialect::kOpenAi, error));
  send_text(error_body(Dialect::kOpenAi, error));
  end();
}

}  // namespace ondol
