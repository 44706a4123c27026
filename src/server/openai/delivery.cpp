#include "server/openai/delivery.h"

#include "server/server_messages.h"

namespace ondol {

Delivery read_delivery(Fields& fields) {
  Delivery delivery{.streams = fields.flag("stream").value_or(false)};
  delivery.return_progress = fields.flag("return_progress").value_or(false);
  const Json* options = fields.object("stream_options");
  if (options != nullptr && !delivery.streams) {
    fields.wrong("stream_options", format_message(msg::kFieldNeeds, fields.path_of("stream_options"), "stream"));
  }
  if (options == nullptr || fields.failed()) return delivery;
  Fields inner(*options, "stream_options.");
  delivery.include_usage = inner.flag("include_usage").value_or(false);
  inner.ignore({"include_obfuscation"});
  if (const ApiStatus read = inner.finish(); !read) fields.keep(read.error());
  return delivery;
}

}  // namespace ondol
