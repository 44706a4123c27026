// EventStream: an answer as server-sent events, begun with the first of them.  Source: WHATWG HTML, section 9.2.
#pragma once

#include <memory>
#include <string_view>

#include "server/http/exchange.h"
#include "server/json/json_text.h"

namespace ondol {

class EventStream {
 public:
  explicit EventStream(std::shared_ptr<Responder> responder) : responder_(std::move(responder)) {}

  // "data: …", with "event: …" in front where it has a name.
  void send(const Json& data, std::string_view name = {}) { send_text(json_text(data), name); }
  void send_text(std::string_view data, std::string_view name = {});
  // The end of the answer.
  void end() { responder_->end(); }
  bool has_begun() const { return has_begun_; }
  Responder& responder() { return *responder_; }

 private:
  std::shared_ptr<Responder> responder_;
  bool has_begun_ = false;
};

}  // namespace ondol
