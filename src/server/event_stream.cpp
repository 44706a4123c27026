#include "server/event_stream.h"

namespace ondol {

void EventStream::send_text(std::string_view data, std::string_view name) {
  if (!has_begun_) responder_->begin({.content_type = "text/event-stream; charset=utf-8"});
  has_begun_ = true;
  std::string event;
  if (!name.empty()) event.append("event: ").append(name).append("\n");
  event.append("data: ").append(data).append("\n\n");
  responder_->write(std::move(event));
}

}  // namespace ondol
